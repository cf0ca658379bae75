"""The visitors' words, each in one place: pure enums that the models, the intake, the figures and the API share."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class StepType(StrEnum):
    """What a visitor did."""

    PROJECT_VIEW = "project_view"
    INTERACTION = "interaction"
    NAVIGATION = "navigation"

    @property
    def kind(self) -> StepKind:
        """The number that a row keeps."""
        return StepKind[self.name]


class StepKind(IntEnum):
    """`StepType` as a row keeps it, two bytes each."""

    PROJECT_VIEW = 1
    INTERACTION = 2
    NAVIGATION = 3
    PAGE_VIEW = 4  # of the beacon, never of a journey


class Channel(StrEnum):
    """How a visitor found the garden, told from the referrer's host and the address's `utm_` parameters."""

    DIRECT = "direct"
    SEARCH = "search"
    SOCIAL = "social"
    MAIL = "mail"
    AI = "ai"  # an assistant's answer linked here
    REFERRAL = "referral"  # any other site
    CAMPAIGN = "campaign"  # `utm_` parameters of no known medium


class Device(StrEnum):
    """What kind of device a visitor holds."""

    DESKTOP = "desktop"
    TABLET = "tablet"
    MOBILE = "mobile"


class Screen(StrEnum):
    """The class of a screen's width in CSS pixels; its exact size would tell people apart."""

    SMALL = "small"  # below 480
    MEDIUM = "medium"  # below 1024
    LARGE = "large"  # below 1920
    HUGE = "huge"


class SetAside(StrEnum):
    """Why a session stands in no figure."""

    AGENT = "agent"  # its user agent says that it is a machine
    NO_AGENT = "no_agent"  # it sent none
    SPEED = "speed"  # faster than a person
    OWNER_SAYS = "owner_says"  # the owner set it aside by hand


class Dimension(StrEnum):
    """What figures can be split and filtered by."""

    ALL = "all"  # the total; its only value is empty
    AREA = "area"
    PROJECT = "project"
    CHANNEL = "channel"
    REFERRER = "referrer"
    CAMPAIGN = "campaign"
    COUNTRY = "country"
    DEVICE = "device"
    BROWSER = "browser"
    OS = "os"
    SCREEN = "screen"
    ENTRY = "entry"
    EXIT = "exit"


class Vital(StrEnum):
    """Which of a page's speeds; milliseconds, but for the shift of its layout."""

    LCP = "lcp"
    INP = "inp"
    CLS = "cls"  # thousandths


class Milestone(StrEnum):
    """What a visit can reach."""

    FIRST_VISIT = "first_visit"
    THIRD_PLANT = "third_plant"
    FIVE_MINUTES = "five_minutes"
    WHOLE_TOUR = "whole_tour"
    SEED_PLANTED = "seed_planted"
    CAME_BACK = "came_back"  # across days only with consent to personalisation
