from .loop import steps as steps, train as train
from .settings import Settings as Settings
from .trained import Moment as Moment, Trained as Trained
