"""The measures of GB/T 9704-2012: page, type area, sizes of type, fonts. Lengths in millimetres or points."""

from dataclasses import dataclass
from math import ceil

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
TOP, BINDING = 37.0, 28.0
TYPE_WIDTH, TYPE_HEIGHT = 156.0, 225.0
LINES, CHARACTERS = 22, 28

HEAD_TO_TYPE_AREA = 35.0  # red head, below the upper edge of the type area
NUMBER_TO_LINE = 4.0  # red line, below the document number
PAGE_NUMBER_BELOW = 7.0  # the page number's dashes, below the lower edge of the type area

POINTS_PER_MM = 72 / 25.4
PITCH = 579
"""Line pitch in twentieths of a point: 28.95 pt. 22 lines of the standard's 28.99 pt are 225 mm to the hair,
and 580 would push the last line out of the type area.
"""

# sizes of type, in points
SIZE_INITIAL, SIZE_SMALL_INITIAL, SIZE_1, SIZE_2 = 42.0, 36.0, 26.0, 22.0
SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5 = 16.0, 14.0, 12.0, 10.5

FANGSONG, HEITI, KAITI = "仿宋_GB2312", "黑体", "楷体_GB2312"
BIAOSONG, SONGTI = "方正小标宋简体", "宋体"
LATIN = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Font:
    """A font, and what stands in for it where a machine has it not, the likest first."""

    name: str
    instead: tuple[str, ...]
    panose: str
    family: str
    fixed: bool = True


FONTS = (
    Font(FANGSONG, ("仿宋", "FangSong", "华文仿宋"), "02010609030101010101", "modern"),
    Font(HEITI, ("SimHei", "微软雅黑"), "02010609060101010101", "modern"),
    Font(KAITI, ("楷体", "KaiTi", "华文楷体"), "02010609030101010101", "modern"),
    Font(BIAOSONG, ("方正小标宋_GBK", "华文中宋", "宋体"), "03000509000000000000", "script", fixed=False),
    Font(SONGTI, ("SimSun", "新宋体"), "02010600030101010101", "auto", fixed=False),
)


def twips(millimetres: float) -> int:
    """Twentieths of a point, as Word measures."""
    return round(millimetres * POINTS_PER_MM * 20)


def twips_of_points(points: float) -> int:
    """The same from points."""
    return round(points * 20)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its margins in twips. Across, the page is the upright one turned: its head lies at the
    binding.
    """

    landscape: bool = False

    @property
    def width(self) -> int:
        """Of the sheet."""
        return twips(PAGE_HEIGHT if self.landscape else PAGE_WIDTH)

    @property
    def height(self) -> int:
        """Of the sheet."""
        return twips(PAGE_WIDTH if self.landscape else PAGE_HEIGHT)

    @property
    def top(self) -> int:
        """The margin above."""
        return twips(BINDING if self.landscape else TOP)

    @property
    def left(self) -> int:
        """The margin at the left: the binding, or across the foot."""
        return twips(PAGE_HEIGHT - TOP - TYPE_HEIGHT if self.landscape else BINDING)

    @property
    def type_width(self) -> int:
        """Of the type area."""
        return twips(TYPE_HEIGHT if self.landscape else TYPE_WIDTH)

    @property
    def type_height(self) -> int:
        """Of the type area."""
        return twips(TYPE_WIDTH if self.landscape else TYPE_HEIGHT)

    @property
    def right(self) -> int:
        """The margin at the right."""
        return self.width - self.left - self.type_width

    @property
    def bottom(self) -> int:
        """The margin below."""
        return self.height - self.top - self.type_height


_EXCESS = SIZE_3 - Page().type_width / 20 / CHARACTERS  # points by which a letter is wider than its place

CHARACTER_SPACE = -ceil(_EXCESS * 4096)
"""What the page's grid adds to every character so that 28 fill an upright line (Word's unit: 1/4096 pt)."""

LETTER_SPACE = -7
"""The text's own letter spacing, in twentieths of a point, by which 28 fill a line whatever a program makes of
the grid. A little more than Word needs: LibreOffice cuts the line to whole places of the grid, rounded down.
"""
