"""Finding regions as ledgers write them: by code, by name with or without 村委会, by town and village, by a
whole path.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jiceng.exchange.writing.references import Area, Asked, Context, Found, Trouble
from jiceng.exchange.writing.stored import chunked
from jiceng.organisations import codes
from jiceng.organisations.models import RegionSpan
from jiceng.organisations.queries import ancestors, codes_upwards, region_by_code
from jiceng.protection.scopes import SEGMENT, within
from jiceng.records.bases import valid_on

NAMED = 4
CHUNK = 400

_STEPS = re.compile(r"[/\\>＞→、\s\-—]+")
_OFFICES = (
    ("街道办事处", "街道"),
    ("街道办", "街道"),
    ("办事处", "街道"),
    ("人民政府", ""),
    ("党工委", ""),
    ("党委", ""),
    ("管委会", ""),
)
_VILLAGE = ("村村民委员会", "村民委员会", "村村委会", "村委会", "村")
_COMMUNITY = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "居")
_TOWN = ("街道", "镇", "乡")
_JOINTS = re.compile(r"(?:省|市|州|盟|区|县|旗|镇|乡|街道|苏木|村|社区)(?=.)")


def variants(name: str) -> tuple[str, ...]:
    """How the same place may be called: `人民村`, `人民村委会`, `人民村村民委员会` …; the name itself comes
    first.
    """
    for office, kind in _OFFICES:
        if name.endswith(office) and len(name) > len(office):
            name = name[: -len(office)] + kind
            break
    for endings in (_VILLAGE, _COMMUNITY):
        ending = next((e for e in endings if name.endswith(e) and len(name) > len(e)), None)
        if ending is not None:
            core = name[: -len(ending)]
            return tuple(dict.fromkeys((name, *(core + e for e in endings))))
    if name.endswith(_TOWN):
        return (name,)
    return tuple(
        dict.fromkeys((name, *(name + e for e in (*_VILLAGE, *_COMMUNITY, *_TOWN, "县", "区", "市"))))
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    code: str
    name: str
    then: str  # path on the day the file speaks of
    today: str

    def found(self) -> Found:
        values = {"region_path": self.today, "code": self.code, "then": self.then}
        return Found(self.id, self.name, values, {"territory": self.today})


class RegionResolver:
    """Regions by (code, town, name), as they were on the run's day, within its area."""

    def __init__(self, context: Context) -> None:
        self._context, self._day = context, context.as_of
        self._above: dict[str, str] = {}

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for each (code, town, name)."""
        by_code = self._by_code({code for code, *_rest in asked if code})
        readings = {words: self._readings(words) for words in asked if words[0] not in by_code}
        names = {v for tries in readings.values() for name, _hints in tries for v in variants(name)}
        candidates = self._by_name(names)
        self._learn_names(c.then for some in candidates.values() for c in some)
        answers: dict[Asked, Found | Trouble] = {}
        for words in asked:
            if words[0] in by_code:
                answers[words] = by_code[words[0]].found()
            elif words[0] and not any(words[1:]):
                answers[words] = self._absent(words[0])
            else:
                answers[words] = self._chosen(words, readings[words], candidates)
        return answers

    # --------------------------------------------------------------------------------------- by code
    def _by_code(self, written: set[str]) -> dict[str, _Candidate]:
        """Codes as written, or with the zeros of a twelve-digit form left away."""
        tries = {code: (code, _shortened(code)) for code in written}
        spans = self._spans({c for pair in tries.values() for c in pair}, "code")
        found = {span.code: span for span in spans}
        hits = {}
        for code, pair in tries.items():
            if hit := found.get(pair[0]) or found.get(pair[1]):
                hits[code] = hit
        return hits

    def _spans(self, values: set[str], column: str) -> list[_Candidate]:
        rows = RegionSpan._base_manager.filter(valid_on(self._day), living=True)
        if column == "name" and self._context.area is not None:
            rows = rows.filter(within("path", self._context.area.path))
        found = []
        for some in chunked(sorted(values - {""}), CHUNK):
            hits = rows.filter(**{f"{column}__in": some})
            for key, code, name, then, today in hits.values_list(
                "region_id", "code", "name", "path", "region__path"
            ):
                found.append(_Candidate(key, code, name, then, today))
        return found

    # --------------------------------------------------------------------------------------- by name
    def _readings(self, words: Asked) -> list[tuple[str, tuple[str, ...]]]:
        """What the words may mean: a name and the places it lies in, the likeliest reading first."""
        _code, town, name = words
        above = tuple(part for part in _STEPS.split(town) if part) if name else ()
        text = name or town
        parts = [part for part in _STEPS.split(text) if part]
        if not parts:
            return []
        readings = [(parts[-1], (*above, *parts[:-1]))]
        for joint in reversed(list(_JOINTS.finditer(parts[-1]))):
            front, rest = parts[-1][: joint.end()], parts[-1][joint.end() :]
            readings.append((rest, (*above, *parts[:-1], front)))
        return readings

    def _by_name(self, names: set[str]) -> dict[str, list[_Candidate]]:
        found: dict[str, list[_Candidate]] = {}
        for candidate in self._spans(names, "name"):
            found.setdefault(candidate.name, []).append(candidate)
        return found

    def _learn_names(self, paths: Iterable[str]) -> None:
        """Names of everything above these paths, for checking hints."""
        wanted = {
            path[:end] for path in paths for end in range(SEGMENT, len(path), SEGMENT)
        } - self._above.keys()
        rows = RegionSpan._base_manager.filter(valid_on(self._day))
        for some in chunked(sorted(wanted), CHUNK):
            self._above |= dict(rows.filter(path__in=some, living=True).values_list("path", "name"))

    def _chosen(
        self,
        words: Asked,
        readings: Sequence[tuple[str, tuple[str, ...]]],
        candidates: Mapping[str, Sequence[_Candidate]],
    ) -> Found | Trouble:
        for name, hints in readings:
            for spelt in _by_preference(name):
                fitting = {c.id: c for v in spelt for c in candidates.get(v, ()) if self._lies_in(c, hints)}
                if len(fitting) == 1:
                    return next(iter(fitting.values())).found()
                if fitting:
                    return self._ambiguous(name, list(fitting.values()))
        return self._absent(words[2] or words[1])

    def _lies_in(self, candidate: _Candidate, hints: Sequence[str]) -> bool:
        """Whether every hint names something above the candidate, or all of them run together do."""
        ends = range(SEGMENT, len(candidate.then), SEGMENT)
        above = [self._above.get(candidate.then[:end], "") for end in ends]
        for hint in hints:
            known = set(variants(hint))
            if not any(name in known for name in above) and not _run_together(hint, above):
                return False
        return True

    def _ambiguous(self, name: str, fitting: Sequence[_Candidate]) -> Trouble:
        listed = "；".join(f"{self._full(c)}（{c.code}）" for c in fitting[:NAMED])
        return Trouble(
            _("有 %(count)s 个“%(name)s”，请写明上级或区划代码：%(list)s")
            % {"count": len(fitting), "name": name, "list": listed}
        )

    def _full(self, candidate: _Candidate) -> str:
        ends = range(SEGMENT, len(candidate.then), SEGMENT)
        above = [self._above.get(candidate.then[:end], "") for end in ends]
        return "/".join([*above[-2:], candidate.name])

    def _absent(self, written: str) -> Trouble:
        """There is none; says so if there was or will be one on another day."""
        other = RegionSpan._base_manager.filter(code=written, living=True).first()
        if other is None and not written.isdigit():
            rows = RegionSpan._base_manager.filter(name__in=variants(written), living=True)
            other = (
                rows.filter(within("path", self._context.area.path)) if self._context.area else rows
            ).first()
        if other is not None:
            said = {
                "day": self._day,
                "name": written,
                "from": other.valid_from,
                "to": other.valid_to or _("今"),
            }
            return Trouble(_("%(day)s 没有“%(name)s”（%(from)s 至 %(to)s 有）") % said, absent=True)
        where = self._context.area.name if self._context.area else _("系统里")
        return Trouble(_("%(where)s没有区域“%(name)s”") % {"where": where, "name": written[:40]}, absent=True)


def _by_preference(name: str) -> tuple[Sequence[str], Sequence[str]]:
    """The name as it is goes before its variants."""
    spelt = variants(name)
    return (name,), spelt


def _run_together(hint: str, above: Sequence[str]) -> bool:
    """Whether `演示县城关镇` is what stands above, one name after the other."""
    for start in range(len(above)):
        text = ""
        for name in above[start:]:
            text += name
            if text == hint:
                return True
    return False


def _shortened(code: str) -> str:
    """511602000000 is the county 511602 written with twelve digits."""
    if len(code) != 12 or not code.isdigit():
        return code
    return next((code[:n] for n in (2, 4, 6, 9) if not code[n:].strip("0")), code)


def find_area(code: str, day: date) -> Area | None:
    """The region that bears `code` on `day`, as the area of a run."""
    region = region_by_code(codes.folded(code), day)
    if region is None:
        return None
    spans = [RegionSpan._base_manager.get(valid_on(day), region=region), *ancestors(region, day)]
    now = spans[0]
    return Area(
        region.pk, now.code, now.name, now.path, region.path, tuple(codes_upwards(region, day)), now.level
    )
