"""Digits as somebody may draw them: strokes of points, on paper that is 1 wide."""

import math

_PLACE = """
arguments[0].scrollIntoView({block: "nearest"});
const {left, top, width} = arguments[0].getBoundingClientRect();
return [left, top, width];
"""


def arc(x, y, radius_x, radius_y, start, stop, n_points=14):
    """Return points of an ellipse; angles are in degrees, 0 is right and 90 is down."""
    angles = [math.radians(start + (stop - start) * k / (n_points - 1)) for k in range(n_points)]
    return [(x + radius_x * math.cos(a), y + radius_y * math.sin(a)) for a in angles]


DIGITS = {
    0: [arc(0.5, 0.5, 0.2, 0.3, -90, 270, 24)],
    1: [[(0.42, 0.28), (0.52, 0.18), (0.52, 0.5), (0.52, 0.82)]],
    2: [[*arc(0.5, 0.36, 0.2, 0.18, 190, 385), (0.3, 0.8), (0.5, 0.8), (0.74, 0.8)]],
    3: [[*arc(0.48, 0.34, 0.2, 0.16, 200, 440), *arc(0.48, 0.66, 0.23, 0.18, -85, 165)]],
    4: [[(0.36, 0.2), (0.3, 0.55), (0.72, 0.55)], [(0.62, 0.2), (0.6, 0.5), (0.58, 0.84)]],
    5: [[(0.68, 0.2), (0.38, 0.2), (0.35, 0.46), *arc(0.47, 0.62, 0.22, 0.2, -110, 150)]],
    6: [[(0.6, 0.16), (0.42, 0.36), *arc(0.5, 0.64, 0.18, 0.18, 190, 550, 22)]],
    7: [[(0.28, 0.22), (0.72, 0.22), (0.56, 0.52), (0.46, 0.84)]],
    8: [
        [
            *arc(0.5, 0.34, 0.16, 0.15, -20, -270),
            *arc(0.5, 0.66, 0.2, 0.17, -90, 270, 22),
            *arc(0.5, 0.34, 0.16, 0.15, 90, -20),
        ]
    ],
    9: [[*arc(0.5, 0.36, 0.18, 0.18, 0, -360, 20), (0.67, 0.5), (0.6, 0.84)]],
}


def draw(browser, strokes, *, touch=False):
    """Draw on the paper of a page, with the mouse or with a finger."""
    left, top, width = browser.script(_PLACE, browser.element("#paper"))
    for stroke in strokes:
        points = [{"x": left + x * width, "y": top + y * width} for x, y in stroke]
        for event in (_touches if touch else _clicks)(points):
            browser.driver.execute_cdp_cmd(*event)
    browser.wait_for_frames()


def _clicks(points):
    def event(kind, point, buttons):
        held = {"button": "left", "buttons": buttons, "clickCount": 1}
        return "Input.dispatchMouseEvent", {"type": kind, **point, **held}

    first, last = points[0], points[-1]
    moves = [event("mouseMoved", point, 1) for point in points[1:]]
    return [event("mousePressed", first, 1), *moves, event("mouseReleased", last, 0)]


def _touches(points):
    def event(kind, *fingers):
        return "Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers}

    moves = [event("touchMove", point) for point in points[1:]]
    return [event("touchStart", points[0]), *moves, event("touchEnd")]
