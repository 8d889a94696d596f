"""The JSON Schema of scenario files, for editors: the model's own, with the short forms that authors may write."""

from __future__ import annotations

import json
from typing import Any

from trainer.core.placeholders import PLACEHOLDERS
from trainer.core.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"minLength": 1, "maxLength": 4000}
DESCRIPTIONS = {
    ("Scenario", "id"): "The scenario's name in commands. The file may be called otherwise.",
    ("Scenario", "title"): "What the call is about, in a few words.",
    ("Scenario", "version"): "Count it up where you like; it is shown and means nothing more.",
    ("Scenario", "levels"): "Levels at which the call can be played. They differ in obstacles, never in what counts.",
    ("Scenario", "purpose"): "What the call is for, as `may-i-call --for` has it.",
    ("Scenario", "briefing"): "Shown before the call.",
    ("Scenario", "cast"): "The people of the other side, by a short name that turns use as `speaker`.",
    ("Scenario", "facts"): "What is true of this caller, under any keys; they go before the application.",
    ("Scenario", "mood"): "How the other side starts. With it, they cool after a don't and end the call after two.",
    ("Scenario", "turns"): "The exchanges of the call, in order.",
    ("Scenario", "self_tests"): "Sample replies with what the judge must make of them; `scenarios validate` runs them.",
    ("Scenario", "bad_takes"): "Replies with faults in them, for spotting the don't.",
    ("Turn", "id"): "The turn's name, which branches and `score` use.",
    ("Turn", "situation"): "What happens, in brackets above the line.",
    ("Turn", "says"): "The other side's line: a text, several wordings, or wordings by mood.",
    ("Turn", "key_points"): "What the reply must convey.",
    ("Turn", "donts"): "What the reply must not do: names of shipped don'ts, or your own with a label.",
    ("Turn", "model_answer"): "A good reply, hidden until one take has been made.",
    ("Turn", "obstacles"): "Harder lines in place of the turn's own.",
    ("Turn", "branches"): "Where the call goes; the first that holds is taken, else the next turn comes.",
    ("Branch", "when"): "What has to be true of the reply. Left out: always.",
    ("Branch", "sound"): "Heard before the line on the way.",
    ("Obstacle", "id"): "The obstacle's name.",
    ("Lines", "warm"): "Wordings in a warm mood; the neutral ones where left out.",
    ("Lines", "neutral"): "Wordings, of which a call takes one by its seed.",
    ("Lines", "cool"): "Wordings in a cool mood; the neutral ones where left out.",
    ("MoodPlan", "easy"): "The mood at the level easy.",
    ("MoodPlan", "normal"): "The mood at the level normal.",
    ("MoodPlan", "hard"): "The mood at the level hard.",
    ("Obstacle", "levels"): "Levels at which it may stand in the way.",
    ("Obstacle", "says"): "What the other side says instead.",
    ("Obstacle", "situation"): "What happens, where it is otherwise than the turn's.",
    ("Person", "name"): "Shown before the line.",
    ("Person", "role"): "Shown where there is no name.",
    ("Person", "voice"): "How they sound.",
    ("Briefing", "who"): "Who is called.",
    ("Briefing", "why"): "Why the call is worth making.",
    ("Briefing", "at_hand"): "What to have in front of you.",
    ("MoodPlan", "ends_with"): "What they say when they have had enough.",
    ("SelfTest", "turn"): "The turn that is replied to.",
    ("SelfTest", "reply"): "The reply, as somebody would say it.",
    ("SelfTest", "hits"): "Key points that it conveys.",
    ("SelfTest", "misses"): "Key points that it does not convey.",
    ("SelfTest", "donts"): "Don'ts that it commits.",
    ("BadTake", "turn"): "The turn that is replied to.",
    ("BadTake", "reply"): "The reply with its faults.",
    ("BadTake", "faults"): "Don'ts by name, each with its exact words in the reply.",
    ("BadTake", "subtle"): "The fault is polite, or half a sentence.",
    ("KeyPoint", "id"): "The point's name; the same in every scenario of a call type.",
    ("Dont", "id"): "A shipped don't's name, or one of your own.",
    ("Dont", "sources"): "Rows of the articles that it rests on.",
}


def scenario_schema() -> dict[str, Any]:
    """The schema as a value; `$defs` hold what repeats."""
    schema = Scenario.model_json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    for name, model in (*definitions.items(), ("Scenario", schema)):
        model.pop("title", None)
        for key, field in model.get("properties", {}).items():
            field.pop("title", None)
            if (name, key) in DESCRIPTIONS:
                field["description"] = DESCRIPTIONS[name, key]
            model["properties"][key] = _widened(field, key)
    definitions["text"] = {"type": ["string", "number"], **TEXT}
    definitions["texts"] = {
        "anyOf": [{"$ref": "#/$defs/text"}, {"type": "array", "items": {"$ref": "#/$defs/text"}, "minItems": 1}]
    }
    definitions["placeholder"] = {
        "description": "Blanks that may stand in any text as {name}: "
        + "; ".join(f"{name}, {what}" for name, what in PLACEHOLDERS.items())
    }
    return {"$schema": DIALECT, "title": "A call script for trainer", **schema}


def as_text() -> str:
    return json.dumps(scenario_schema(), ensure_ascii=False, indent=1) + "\n"


def _widened(field: dict[str, Any], key: str) -> dict[str, Any]:
    """The field with the short forms that the reader takes."""
    match field:
        case {"$ref": "#/$defs/Lines"}:
            rest = {k: v for k, v in field.items() if k != "$ref"}
            return {**rest, "anyOf": [{"$ref": "#/$defs/texts"}, {"$ref": "#/$defs/Lines"}]}
        case {"type": "string", "minLength": 1, "maxLength": 4000}:
            rest = {k: v for k, v in field.items() if k not in {"type", *TEXT}}
            return {**rest, "$ref": "#/$defs/text"}
        case {"type": "array", "items": {"type": "string", "minLength": 1}, "minLength": 1}:
            rest = {k: v for k, v in field.items() if k not in {"type", "items", "minLength"}}
            return {**rest, "$ref": "#/$defs/texts"}
        case {"type": "array", "items": {"$ref": "#/$defs/Dont"}}:
            return {**field, "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Dont"}]}}
        case {"type": "array", "items": dict() as items} if key in {"sound", "then_sound"} and "enum" in items:
            rest = {k: v for k, v in field.items() if k not in {"type", "items"}}
            return {**rest, "anyOf": [items, {"type": "array", "items": items}]}
        case {"anyOf": list() as choices}:
            return {**field, "anyOf": [_widened(choice, key) for choice in choices]}
        case {"type": "array", "items": dict() as items}:
            return {**field, "items": _widened(items, key)}
        case {"type": "object", "additionalProperties": dict() as inner}:
            return {**field, "additionalProperties": _widened(inner, key)}
        case _:
            return field
