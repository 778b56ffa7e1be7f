"""`PYTHONPATH=layers/core/python python -m tests.simulation 1234` tells a seed's history.

The shortest that goes wrong, or all of it.
"""

import sys

from tests.simulation.history import History
from tests.simulation.judge import judge
from tests.simulation.smallest import smallest

for argument in sys.argv[1:]:
    history = History(int(argument)).play()
    judgement = judge(history)
    told = [*history.sim.trace, str(judgement)] if judgement.is_good else [smallest(int(argument))]
    sys.stdout.write("\n".join(told) + "\n")
