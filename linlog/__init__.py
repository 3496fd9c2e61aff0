"""linlog: label data, train models and see how good they are.

`LinLogClient` talks to a server, `ModelTrainer` follows a training run, `errors` has every
exception. Importing this loads nothing but the standard library, urllib3 and msgspec.
"""

from linlog import errors
from linlog.client.client import LinLogClient
from linlog.client.trainer import ModelTrainer

__version__ = "0.1"

__all__ = ["LinLogClient", "ModelTrainer", "__version__", "errors"]
