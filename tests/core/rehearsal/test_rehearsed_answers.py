"""Every operation that the rehearsal serves answers in a form that fits botocore's model, held to it off the wire."""

import json

import pytest
from rehearsed import BUCKET, HAIKU, NOVA, ROLE, Rehearsed, conversation_set, hold_to_model, wait_until

from core.aws.shapes import check_answer, service_model
from core.rehearsal.bedrock import CONTROL, RUNTIME

EAST = "us-east-1"
BUCKET_EAST = BUCKET.replace("us-west-2", EAST)
ASKED = [{"role": "user", "content": [{"text": "Hello"}]}]


@pytest.fixture(scope="module")
def answers(rehearsal: Rehearsed, slow_rehearsal: Rehearsed):
    """One answer of each operation, as JSON: the whole life of a model, Nova so that both kinds of endpoint fit."""
    kept = {}

    def keep(operation_model, response_dict, **_):
        assert response_dict["status_code"] < 300, response_dict["body"]
        kept[operation_model.name] = json.loads(response_dict["body"] or b"{}")

    bedrock, runtime = (rehearsal.client(service, EAST) for service in ("bedrock", "bedrock-runtime"))
    patient = slow_rehearsal.client("bedrock", EAST)
    for client in (bedrock, runtime, patient):
        client.meta.events.register("before-parse", keep)
    stop(slow_rehearsal, patient)
    live(rehearsal, bedrock, runtime)
    for client in (bedrock, runtime, patient):
        client.meta.events.unregister("before-parse", keep)
    return kept


def live(server, bedrock, runtime):
    """What is done with a model, each once."""
    job = customize(server, bedrock)
    wait_until(lambda: bedrock.get_model_customization_job(jobIdentifier=job)["status"] == "Completed")
    bedrock.list_model_customization_jobs()
    bedrock.list_foundation_models()
    bedrock.get_foundation_model_availability(modelId=NOVA)
    bedrock.list_custom_models()
    model = bedrock.get_custom_model(modelIdentifier="answers")["modelArn"]
    provisioned = bedrock.create_provisioned_model_throughput(
        provisionedModelName="answers", modelId=model, modelUnits=1
    )["provisionedModelArn"]
    deployed = bedrock.create_custom_model_deployment(modelDeploymentName="answers", modelArn=model)
    deployment = {"customModelDeploymentIdentifier": deployed["customModelDeploymentArn"]}
    bedrock.get_provisioned_model_throughput(provisionedModelId=provisioned)
    bedrock.list_provisioned_model_throughputs()
    bedrock.get_custom_model_deployment(**deployment)
    bedrock.list_custom_model_deployments()
    bedrock.tag_resource(resourceARN=model, tags=[{"key": "a", "value": "b"}])
    bedrock.list_tags_for_resource(resourceARN=model)
    bedrock.untag_resource(resourceARN=model, tagKeys=["a"])
    runtime.converse(modelId=provisioned, messages=ASKED)
    runtime.count_tokens(modelId=HAIKU, input={"converse": {"messages": ASKED}})
    bedrock.delete_provisioned_model_throughput(provisionedModelId=provisioned)
    bedrock.delete_custom_model_deployment(**deployment)
    bedrock.delete_custom_model(modelIdentifier=model)


def stop(server, bedrock):
    """What is stopped, on a server where it is under way for long enough."""
    bedrock.stop_model_customization_job(jobIdentifier=customize(server, bedrock))
    job = batch(server, bedrock)
    bedrock.stop_model_invocation_job(jobIdentifier=job)
    bedrock.get_model_invocation_job(jobIdentifier=job)
    bedrock.list_model_invocation_jobs()


def customize(server, bedrock):
    data = server.put("answers/train.jsonl", conversation_set(300), BUCKET_EAST)
    return bedrock.create_model_customization_job(
        jobName="answers",
        customModelName="answers",
        roleArn=ROLE,
        baseModelIdentifier=NOVA,
        trainingDataConfig={"s3Uri": data},
        validationDataConfig={"validators": [{"s3Uri": data}]},
        outputDataConfig={"s3Uri": f"s3://{BUCKET_EAST}/answers/"},
        hyperParameters={"epochCount": "1"},
        jobTags=[{"key": "a", "value": "b"}],
        customModelKmsKeyId=f"arn:aws:kms:{EAST}:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        vpcConfig={"subnetIds": ["subnet-0a1b2c3d"], "securityGroupIds": ["sg-0a1b2c3d"]},
    )["jobArn"]


def batch(server, bedrock):
    lines = [{"recordId": f"r{number:011}", "modelInput": {"messages": ASKED}} for number in range(120)]
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return bedrock.create_model_invocation_job(
        jobName="answers",
        roleArn=ROLE,
        modelId=HAIKU,
        modelInvocationType="Converse",
        inputDataConfig={"s3InputDataConfig": {"s3Uri": server.put("answers/prompts.jsonl", body, BUCKET_EAST)}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET_EAST}/answered/"}},
    )["jobArn"]


@pytest.mark.parametrize("operation", sorted({*CONTROL, *RUNTIME} - {"InvokeModel"}))  # its body is the model's own
def test_an_answer_fits_its_model(answers, operation):
    service = "bedrock" if operation in CONTROL else "bedrock-runtime"
    assert check_answer(service, operation, answers[operation]) == []


@pytest.mark.parametrize(
    "changed",
    [
        lambda answer: answer | {"progress": 40},
        lambda answer: {name: value for name, value in answer.items() if name != "jobName"},
        lambda answer: answer | {"status": "Running"},
        lambda answer: answer | {"jobArn": answer["jobArn"].upper()},
        lambda answer: answer | {"statusDetails": {"trainingDetails": {"status": "Done"}}},
    ],
    ids=["unknown member", "missing member", "wrong enum", "wrong pattern", "wrong enum inside"],
)
def test_an_answer_that_was_tampered_with_would_be_found_in_every_test(answers, changed):
    operation = service_model("bedrock").operation_model("GetModelCustomizationJob")
    tampered = json.dumps(changed(answers[operation.name])).encode()
    with pytest.raises(AssertionError):
        hold_to_model(operation, {"status_code": 200, "body": tampered})
    hold_to_model(operation, {"status_code": 200, "body": json.dumps(answers[operation.name]).encode()})
