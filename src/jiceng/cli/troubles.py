"""Troubles of the machine as one line for people: files, the disk, the database, a data home of another
version. Whatever is not told here is a fault of the program and keeps its traceback.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError

from jiceng.records.refusals import Refusal

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REMEDIES = {
    errno.EACCES: "换一个有权限读写的位置，或请管理员授权",
    errno.EPERM: "换一个有权限读写的位置，或请管理员授权",
    errno.EROFS: "换一个可以写入的位置",
    errno.ENOENT: "核对路径",
    errno.ENOTDIR: "核对路径",
    errno.EEXIST: "核对路径：这里要的是文件夹",
    errno.EISDIR: "核对路径：这里要的是文件",
    errno.EADDRINUSE: "端口已被占用，用 --port 换一个",
}
SAID = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只读，不能写入",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名文件",
    errno.EISDIR: "是文件夹",
}
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def told() -> Iterator[None]:
    """Turn troubles of the machine that come up inside into a Refusal that says what to do."""
    try:
        yield
    except OSError as trouble:
        if isinstance(trouble, BrokenPipeError):
            raise
        raise _of_file(trouble) from trouble
    except (OperationalError, InterfaceError) as trouble:
        raise _of_database(trouble) from trouble
    except DatabaseError as trouble:
        if type(trouble) is not DatabaseError:  # a constraint, a missing value: the program's own fault
            raise
        raise _of_database(trouble) from trouble


def _of_file(trouble: OSError) -> Refusal:
    where = str(trouble.filename or "")
    if trouble.errno in NO_ROOM:
        return Refusal("磁盘已满", where, "腾出空间后重试；没有写完的不会留下")
    number = trouble.errno or 0
    return Refusal(SAID.get(number) or trouble.strerror or str(trouble), where, REMEDIES.get(number, ""))


def _of_database(trouble: Exception) -> Refusal:
    text = " ".join(str(trouble).split())
    code = getattr(trouble.__cause__, "sqlite_errorcode", 0) or 0
    if code & 0xFF in BUSY:
        return Refusal("数据库正被另一个进程写入，等了许久仍未空出", remedy="等它做完再试；什么都没有写入")
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return Refusal("磁盘已满，数据库不能写入", remedy="腾出空间后重试；什么都没有写入")
    if code & 0xFF in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return Refusal("数据库文件已损坏，或不是数据库", remedy="从备份恢复，或换一个数据目录（JICENG_HOME）")
    if code & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
        return Refusal("数据库打不开或不能写入", remedy="核对 JICENG_HOME、DATABASE_URL 和文件权限")
    return Refusal(f"数据库出错：{text[:300]}", remedy="核对 DATABASE_URL 和数据库的状态")
