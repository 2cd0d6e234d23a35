"""All rules over the books, against reading the lines once into a frame."""

from django.utils import timezone

from benchmarks.books import SUBAWARDS, a_program_with_subawards, post_lines
from benchmarks.measure import forget_the_peak, seconds, slope_told, told
from grants.compliance.frames import FRAMES
from grants.compliance.gathering import books_of
from grants.compliance.law import law
from grants.compliance.rule import judge, reads_of
from tests.builders import Office

SIZES = (1_000, 3_000, 10_000)
LINES = 100
ALL_OF_A_LINE = {"expenditures": frozenset(FRAMES["expenditures"].columns)}


def run() -> bool:
    """Subawards with 100 costs each: gathered and judged by every rule, beside the costs gathered alone."""
    office, programs = Office(), []
    times, holds = {}, []
    for size in SIZES:
        while len(programs) * SUBAWARDS < size:
            program = a_program_with_subawards(office, f"rules-{len(programs)}")
            post_lines(program, SUBAWARDS * LINES)
            programs.append(program.pk)
        lines = books_of(programs=programs, reads=ALL_OF_A_LINE).expenditures
        assert len(lines) == size * LINES
        bare = seconds(lambda: books_of(programs=programs, reads=ALL_OF_A_LINE), runs=2)
        found: list[int] = []
        forget_the_peak()
        times[size] = seconds(lambda found=found: found.append(len(_judged(programs))), runs=2)
        more = {"lines": len(lines), "found": found[-1]}
        holds.append(told("all rules", size, ours=times[size], limit=bare, most=5.0, **more))
    return all([*holds, slope_told("all rules", times)])


def _judged(programs: list[int]) -> list:
    return judge(books_of(as_of=timezone.localdate(), programs=programs, reads=reads_of()), law)
