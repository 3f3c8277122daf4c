"""Checks requests and names of exceptions, flows and challenges against botocore's model of the service, which is data that AWS publishes.

Reads {"requests": [{"operation", "request"}], "exceptions": {operation: [names]}, "names": {enumeration: [names]}} from
stdin; says what is wrong, a line each, and ends with 1 if anything is: also if the model has a name that is not given. botocore's own validator checks structure and least lengths; the model states longest
lengths, patterns and enumerations too, and so they are checked here.
"""

import json
import re
import sys

import botocore
import botocore.session
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model("cognito-idp")


def constraints(shape, value, place):
    """What the validator leaves out."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from constraints(shape.members[name], member, f"{place}.{name}")
    elif shape.type_name == "map":
        for name, member in value.items():
            yield from constraints(shape.key, name, place)
            yield from constraints(shape.value, member, f"{place}.{name}")
    elif shape.type_name == "integer":
        if not shape.metadata.get("min", value) <= value <= shape.metadata.get("max", value):
            yield f"{place} is out of range"
    elif shape.type_name == "string":
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{place} is too long"
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value, re.ASCII):
            yield f"{place} is not {pattern}"
        if shape.enum and value not in shape.enum:
            yield f"{place} is not one of {shape.enum}"


def wrong_request(operation, request):
    shape = MODEL.operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        return [report.generate_report()]
    return list(constraints(shape, request, operation))


def wrong_exceptions(operation, known):
    model = {shape.name for shape in MODEL.operation_model(operation).error_shapes}
    for name in sorted(model - set(known)):
        yield f"{operation}: the model has {name}, which the crate does not know"


def wrong_names(enumeration, known):
    """Both ways: what the model dropped is no longer sent."""
    model = MODEL.shape_for(enumeration).enum
    for name in sorted(set(model) - set(known)):
        yield f"{enumeration}: the model has {name}, which the crate does not know"
    for name in sorted(set(known) - set(model)):
        yield f"{enumeration}: the crate has {name}, which the model does not know"


def main():
    given = json.load(sys.stdin)
    wrong = [w for case in given["requests"] for w in wrong_request(case["operation"], case["request"])]
    for operation, known in given["exceptions"].items():
        wrong.extend(wrong_exceptions(operation, known))
    for enumeration, known in given["names"].items():
        wrong.extend(wrong_names(enumeration, known))
    # the checks must find what they are for
    bad = {"AccessToken": "a b", "DeviceKey": "x", "DeviceName": "", "DeviceSecretVerifierConfig": {"Else": "x"}}
    assert wrong_request("ConfirmDevice", {}) and wrong_request("ConfirmDevice", bad)
    assert wrong_request("ConfirmDevice", {"AccessToken": "a b", "DeviceKey": "a_0"})
    assert wrong_request("ConfirmDevice", {"AccessToken": "a", "DeviceKey": "a_" + "0" * 54})
    assert wrong_request(
        "UpdateDeviceStatus", {"AccessToken": "a", "DeviceKey": "a_0", "DeviceRememberedStatus": "else"}
    )
    assert wrong_request("ListDevices", {"AccessToken": "a", "Limit": 61})
    assert wrong_request("RespondToAuthChallenge", {"ClientId": "a", "ChallengeName": "PALM_OTP"})
    assert list(wrong_exceptions("ConfirmDevice", []))
    for enumeration, known in given["names"].items():
        assert list(wrong_names(enumeration, known[1:])) and list(wrong_names(enumeration, [*known, "NEW"]))
    for line in wrong:
        print(line)
    if not wrong:
        print(f"{len(given['requests'])} requests fit the model of botocore {botocore.__version__}")
    sys.exit(bool(wrong))


main()
