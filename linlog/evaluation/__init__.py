"""How good a model run is: pure maths, with no clock, disk, network, database or chance."""
