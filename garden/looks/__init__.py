"""How the garden looks, once: the numbers and colours that the drawing (`garden/svg`) and the scene (`frontend`) share.

Each JSON file here is read by the module of its name, and imported by the scene's engine. What only one of the two
knows stands with it. Metres, seconds and radians; colours are sRGB; shares and amounts are 0–1.
"""

from garden.looks.dome import DOME
from garden.looks.island import ISLAND
from garden.looks.lights import LIGHTS
from garden.looks.plants import PLANTS
from garden.looks.props import PROPS
from garden.looks.tempo import TEMPO

__all__ = ["DOME", "ISLAND", "LIGHTS", "PLANTS", "PROPS", "TEMPO"]
