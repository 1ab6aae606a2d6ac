from .archive import load as load, save as save
from .descriptions import Description as Description, describe as describe
from .loading import load_model_and_data as load_model_and_data, two_samples as two_samples
from .model import Model as Model, recognised as recognised
