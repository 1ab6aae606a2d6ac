from .curves import (
    Outcome as Outcome,
    notes as notes,
    outcomes as outcomes,
    table as table,
    to_csv as to_csv,
    to_svg as to_svg,
)
from .losses import accuracy as accuracy, relative_change as relative_change
from .methods import Task as Task, available as available, prune as prune, prune_to as prune_to
from .pruned_models import keep_for_error as keep_for_error
from .sizes import (
    ArraySize as ArraySize,
    SizeReport as SizeReport,
    size_report as size_report,
    to_csr as to_csr,
    without_dead_units as without_dead_units,
)
