"""Answers how Python's configparser reads texts: a JSON array of texts on stdin, an array of answers on stdout."""

import configparser
import io
import json
import sys


def answer(text):
    parser = configparser.RawConfigParser(strict=True)
    source = io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8-sig")
    try:
        parser.read_file(source)
    except configparser.Error as error:
        return {"error": type(error).__name__}
    return {
        "sections": [[name, sorted(parser.items(name))] for name in parser.sections()],
        "defaults": sorted(parser.defaults().items()),
    }


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
json.dump([answer(text) for text in json.load(sys.stdin)], sys.stdout)
