#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the console's fonts of Debian's fonts-inter: the scripts we write in, with tabular digits as the default ones
(Qt 6.4 cannot switch a font's features on).   make.py FOLDER_OF_INTER   (needs python3-fonttools)"""
import os
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1FA, 0x1FF), (0x218, 0x21B), (0x2C6, 0x2DD),
          (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x2199),
          (0x2212, 0x2265), (0x2318, 0x2325), (0x25A0, 0x25FF), (0x2713, 0x2717)]

for weight in ("Regular", "Medium", "SemiBold"):
    font = TTFont(os.path.join(sys.argv[1], f"Inter-{weight}.otf"))
    tabular = {}
    for record in font["GSUB"].table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
                    tabular.update(getattr(table, "ExtSubTable", table).mapping)
    for table in font["cmap"].tables:
        for code, name in list(table.cmap.items()):
            if 0x30 <= code <= 0x39 and name in tabular:
                table.cmap[code] = tabular[name]
    options = subset.Options(name_IDs=["*"], layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = record.toUnicode().replace("Inter", "Signalbox Inter")
        elif record.nameID == 6:
            record.string = record.toUnicode().replace("Inter", "SignalboxInter")
    font.save(os.path.join(os.path.dirname(__file__) or ".", f"inter-{weight.lower()}.otf"))
