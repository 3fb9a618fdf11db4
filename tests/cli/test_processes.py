"""What a command has started is gone when the command is."""

import signal
import subprocess
import sys
import time

from jiceng.cli.processes import end

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
SLOW = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), sys.exit(7)));"
    "print('slow', flush=True); time.sleep(600)"
)


def started(code: str) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    process.stdout.readline()  # now it hears, or does not
    return process


def test_a_process_ends_in_its_own_time():
    with started(SLOW) as process:
        end(process, 60)
        assert process.returncode == 7


def test_a_process_that_does_not_hear_is_killed():
    began = time.monotonic()
    with started(DEAF) as process:
        end(process, 0.2)
        assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 60


def test_a_process_that_has_ended_stays_as_it_is():
    with started("print('gone', flush=True)") as process:
        process.wait()
        end(process, 0.2)
        assert process.returncode == 0
