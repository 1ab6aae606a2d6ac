from .addresses import ROWS as ROWS
from .chains import LeastSquares as LeastSquares, trajectory as trajectory
from .estimates import (
    estimate_growth as estimate_growth,
    estimate_moment as estimate_moment,
    estimate_tail_index as estimate_tail_index,
    growths as growths,
)
from .finite import FiniteLeastSquares as FiniteLeastSquares
from .gaussian import GaussianLeastSquares as GaussianLeastSquares
