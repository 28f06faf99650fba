#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Turns a DEF with the LEFs of its cells into a GDS file and a picture, with KLayout's module."""

import argparse
import sys

import klayout.db as db
import klayout.lay as lay


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lef", action="append", default=[], help="LEF of layers or cells, in this order")
    parser.add_argument("--def", dest="def_file", help="placed or routed DEF; without it the LEFs alone are read")
    parser.add_argument("--out", required=True, help="path without ending: .gds and .png are added")
    parser.add_argument("--size", type=int, default=1600, help="width of the picture in pixels")
    arguments = parser.parse_args()

    options = db.LoadLayoutOptions()
    config = options.lefdef_config
    config.read_lef_with_def = False
    config.macro_resolution_mode = 1  # cells are what their LEF shows
    layout = db.Layout()
    if arguments.def_file:
        config.lef_files = arguments.lef
        layout.read(arguments.def_file, options)
    else:
        for lef in arguments.lef:
            layout.read(lef, options)
    box = layout.top_cells()[0].dbbox()
    if box.empty():
        print("layout_view: error: the layout is empty", file=sys.stderr)
        return 1
    layout.write(arguments.out + ".gds")

    view = lay.LayoutView()
    for key, value in (("background-color", "#ffffff"), ("grid-visible", "false"), ("text-visible", "false")):
        view.set_config(key, value)
    view.show_layout(layout, False)
    view.max_hier()
    view.add_missing_layers()
    view.zoom_fit()
    height = max(200, min(4 * arguments.size, round(arguments.size * box.height() / box.width())))
    view.save_image(arguments.out + ".png", arguments.size, height)
    print(f"{layout.top_cells()[0].name}: {box.width():.2f} x {box.height():.2f} um")
    return 0


if __name__ == "__main__":
    sys.exit(main())
