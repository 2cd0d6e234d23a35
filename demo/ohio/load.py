"""The whole load of Ohio, step by step; each step finds what is there already and leaves it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.ohio.broadband import load_broadband
from demo.ohio.crf import load_crf
from demo.ohio.examined import examined
from demo.ohio.figures import figures
from demo.ohio.files import FOLDER, read_all
from demo.ohio.neu import load_neu
from demo.ohio.other_states import load_other_states
from demo.ohio.parties import Register, register_local_governments
from demo.ohio.people import appoint_people_of_franklin, the_state
from demo.ohio.sample_county import load_sample_county
from demo.ohio.slfrf import load_slfrf
from demo.ohio.slfrf_projects import load_projects
from demo.ohio.state_programs import load_state_programs, open_reporting


def load(say: Callable[[str], Any] = lambda words: None, *, folder: Path = FOLDER) -> dict[str, Any]:
    """Load Ohio and return the figures of the books; ``say`` is told of each step.

    Raises Unreadable with every problem of every list before anything is written.
    """
    lists = read_all(folder)
    say(f"Read {len(lists)} lists, unchanged since they were published.")
    state = the_state()
    register_local_governments(state, lists["local_governments"])
    appoint_people_of_franklin(state)
    register = Register()
    say(f"Registered {len(register.parties):,} local governments.")
    load_neu(state, lists["neu"], register)
    say("Allocated and paid the nonentitlement units.")
    awards = load_slfrf(state, lists, register)
    load_projects(state, lists["project_reports"], awards)
    say("Allocated the recovery money paid directly, and posted the project reports of three governments.")
    load_crf(state, lists, register)
    say("Allocated the coronavirus relief money of H.B. 614.")
    load_state_programs(state, lists, register)
    say("Issued the announced subawards of the programs of the State.")
    load_broadband(state, lists, register)
    say("Issued the broadband awards, and kept the need by tract.")
    open_reporting(state)
    load_other_states(state)
    load_sample_county(state)
    say("Opened reporting periods, received files of other states, and set up a sample county's report.")
    found = examined(state)
    say(f"Examined the books: {found:,} findings are open.")
    return figures()
