#!/usr/bin/env python3
"""The same task as most people script it in Python: VideoCapture, cv2.dnn, NMSBoxes.

Straightforward and fair: OpenCV's own threading on all cores, vectorised decoding with NumPy, a warm network,
no drawing and no disk. YOLOX-nano, because OpenCV 4.6 can load it.

    opencv_dnn.py '{"footage": ..., "fromS": 0, "frames": 100, "model": {...}}'   -> one line of JSON on stdout
"""
import json
import sys
import time

import cv2
import numpy as np

STRIDES = (8, 16, 32)
PERSON = 0
WARM_UP_FRAMES = 16  # as in bench/subjects/subject.ts


def grid(width, height):
    """Cell corners and strides of YOLOX's three heads, in the order of its rows."""
    cells, strides = [], []
    for stride in STRIDES:
        xs, ys = np.meshgrid(np.arange(width // stride), np.arange(height // stride))
        cells.append(np.stack((xs, ys), 2).reshape(-1, 2))
        strides.append(np.full((cells[-1].shape[0], 1), stride))
    return np.concatenate(cells), np.concatenate(strides)


def letterbox(picture, width, height, pad):
    """Keeps the aspect: the picture at the top left, the rest grey (YOLOX's rule)."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    scaled = cv2.resize(picture, (int(picture.shape[1] * scale), int(picture.shape[0] * scale)))
    padded = np.full((height, width, 3), pad, np.uint8)
    padded[: scaled.shape[0], : scaled.shape[1]] = scaled
    return padded


def count_people(rows, cells, strides, thresholds):
    centres = (rows[:, :2] + cells) * strides
    sizes = np.exp(rows[:, 2:4]) * strides
    classes = rows[:, 5:].argmax(1)
    scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + classes]
    keep = (classes == PERSON) & (scores >= thresholds["score"])
    boxes = np.concatenate((centres - sizes / 2, sizes), 1)[keep]
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores[keep].tolist(), thresholds["score"], thresholds["nmsIou"])
    return len(kept)


def main():
    request = json.loads(sys.argv[1])
    card, size = request["model"]["card"], request["model"]["format"]
    width, height = size["widthPx"], size["heightPx"]
    network = cv2.dnn.readNetFromONNX(request["model"]["path"])
    cells, strides = grid(width, height)
    network.setInput(np.zeros((1, 3, height, width), np.float32))
    network.forward()

    capture = cv2.VideoCapture(request["footage"])
    capture.set(cv2.CAP_PROP_POS_MSEC, request["fromS"] * 1000)
    people, done = [], []
    cpu_before = time.process_time()
    while len(people) < request["frames"]:
        is_read, picture = capture.read()
        if not is_read:
            break
        padded = letterbox(picture, width, height, size["padValue"])
        network.setInput(cv2.dnn.blobFromImage(padded))
        rows = network.forward()[0]
        people.append(count_people(rows, cells, strides, card["thresholds"]))
        done.append(time.perf_counter())

    first = min(WARM_UP_FRAMES, len(done) - 2)
    rate = (len(done) - 1 - first) / (done[-1] - done[first])
    cpu = {"program": (time.process_time() - cpu_before) * 1000 / len(done)}
    print(json.dumps({"frames": len(people), "framesPerSecond": rate, "cpuMsPerFrame": cpu, "people": people}))


main()
