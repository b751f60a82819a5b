#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the console's two tones: soft sine strokes, 22050 Hz, 16 bit, mono.   make.py"""
import math
import os
import struct
import wave

RATE = 22050


def stroke(frequency, seconds, start, length):
    samples = [0.0] * int(length * RATE)
    for i in range(int(seconds * RATE)):
        t = i / RATE
        loud = min(1.0, t / 0.008) * math.exp(-t * 9)
        tone = math.sin(2 * math.pi * frequency * t) + 0.25 * math.sin(4 * math.pi * frequency * t)
        samples[int(start * RATE) + i] += 0.45 * loud * tone
    return samples


def write(name, strokes, length):
    mixed = [sum(column) for column in zip(*(stroke(f, s, at, length) for f, s, at in strokes))]
    with wave.open(os.path.join(os.path.dirname(__file__) or ".", name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", int(max(-1, min(1, s)) * 32000)) for s in mixed))


write("waiting.wav", [(659.3, 0.35, 0.0), (880.0, 0.5, 0.14)], 0.7)
write("message.wav", [(784.0, 0.3, 0.0)], 0.35)
