"""Several at once, each with a connection of its own."""

import threading

from django.db import connection

WRITERS = 8


def together(work, count=WRITERS):
    """Run `work(number)` in as many threads, let go at once; gives what each returned or raised."""
    found, barrier = [None] * count, threading.Barrier(count)

    def run(number):
        try:
            barrier.wait()
            found[number] = work(number)
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
