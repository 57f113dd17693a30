import re
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
import yaml

from steward import __version__
from steward.settings import Settings, describe, load_settings

ROOT = Path(__file__).parent.parent
MANIFESTS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IMAGE = f"steward:{__version__}"
PORT = 8000
USER = 10001
PODS = ("deployment", "migrate-job")
KINDS = {
    "configmap": ("v1", "ConfigMap"),
    "deployment": ("apps/v1", "Deployment"),
    "kustomization": ("kustomize.config.k8s.io/v1beta1", "Kustomization"),
    "migrate-job": ("batch/v1", "Job"),
    "networkpolicy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "poddisruptionbudget": ("policy/v1", "PodDisruptionBudget"),
    "secret.example": ("v1", "Secret"),
    "service": ("v1", "Service"),
}


def pod(name: str) -> Any:
    return MANIFESTS[name]["spec"]["template"]


def container(name: str) -> Any:
    (only,) = pod(name)["spec"]["containers"]
    return only


def environments() -> dict[str, dict[str, str]]:
    """What each process of ours is told, beside what the image tells it."""
    return {
        "app": COMPOSE["services"]["app"]["environment"],
        "migrate": COMPOSE["services"]["migrate"]["environment"],
        "kubernetes": MANIFESTS["configmap"]["data"],
    }


def test_every_manifest_is_of_its_kind_and_named() -> None:
    assert {name: (doc["apiVersion"], doc["kind"]) for name, doc in MANIFESTS.items()} == KINDS
    for name in KINDS.keys() - {"kustomization"}:
        assert MANIFESTS[name]["metadata"]["name"].startswith("steward")
        assert "namespace" not in MANIFESTS[name]["metadata"]


def test_kustomization_lists_everything_but_the_example_secret() -> None:
    listed = {name.removesuffix(".yaml") for name in MANIFESTS["kustomization"]["resources"]}
    assert listed == KINDS.keys() - {"kustomization", "secret.example"}
    assert MANIFESTS["kustomization"]["images"] == [{"name": "steward", "newTag": __version__}]


@pytest.mark.parametrize("name", PODS)
def test_pods_run_without_root_and_without_a_writable_image(name: str) -> None:
    spec, allowed = pod(name)["spec"], container(name)["securityContext"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == USER
    assert spec["automountServiceAccountToken"] is False
    assert allowed == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert container(name)["resources"].keys() == {"requests", "limits"}
    volumes = {volume["name"] for volume in spec["volumes"]}
    assert {mount["name"] for mount in container(name)["volumeMounts"]} == volumes
    assert container(name)["envFrom"] == [
        {"configMapRef": {"name": MANIFESTS["configmap"]["metadata"]["name"]}}
    ]


def test_probes_ask_the_right_question_of_the_right_port() -> None:
    server = container("deployment")
    assert server["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "http"}
    assert server["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert server["ports"] == [{"name": "http", "containerPort": PORT}]
    assert MANIFESTS["service"]["spec"]["ports"][0]["targetPort"] == "http"
    assert MANIFESTS["networkpolicy"]["spec"]["ingress"][0]["ports"] == [{"port": PORT, "protocol": "TCP"}]
    assert MANIFESTS["configmap"]["data"]["PORT"] == str(PORT)
    assert f"EXPOSE {PORT}\n" in DOCKERFILE
    assert f"PORT={PORT} " in DOCKERFILE
    assert "/livez" in DOCKERFILE
    (published,) = COMPOSE["services"]["app"]["ports"]
    assert published.endswith(f":{PORT}")


def test_stopping_leaves_time_to_finish() -> None:
    (_, seconds) = container("deployment")["lifecycle"]["preStop"]["exec"]["command"]
    graceful = Settings.model_fields["shutdown_timeout_seconds"].default
    assert int(seconds) + graceful < pod("deployment")["spec"]["terminationGracePeriodSeconds"]
    assert graceful < int(COMPOSE["services"]["app"]["stop_grace_period"].removesuffix("s"))


@pytest.mark.parametrize("name", ["service", "poddisruptionbudget"])
def test_selectors_meet_the_server_and_not_the_migration(name: str) -> None:
    selector = MANIFESTS[name]["spec"]["selector"]
    wanted = selector.get("matchLabels", selector)
    assert wanted.items() <= pod("deployment")["metadata"]["labels"].items()
    assert not wanted.items() <= pod("migrate-job")["metadata"]["labels"].items()
    assert MANIFESTS["deployment"]["spec"]["selector"]["matchLabels"] == wanted


def test_the_server_survives_the_loss_of_a_host() -> None:
    assert (
        MANIFESTS["deployment"]["spec"]["replicas"] > MANIFESTS["poddisruptionbudget"]["spec"]["minAvailable"]
    )


def test_every_environment_variable_is_a_setting() -> None:
    known = {setting.name for setting in describe()}
    known |= {f"{setting.name}_FILE" for setting in describe() if setting.secret}
    in_image = set(re.findall(r"\b([A-Z_]+)=", " ".join(re.findall(r"^ENV (.*)", DOCKERFILE, re.MULTILINE))))
    assert in_image - known == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    for environment in environments().values():
        assert all(isinstance(value, str) for value in environment.values())
        assert environment.keys() <= known


@pytest.mark.parametrize("name", ["app", "migrate", "kubernetes"])
def test_the_settings_are_accepted_in_production(name: str, tmp_path: Path) -> None:
    given = dict(environments()[name])
    for variable in [variable for variable in given if variable.endswith("_FILE")]:
        file = tmp_path / variable
        file.write_text(token_urlsafe(48))
        given[variable] = str(file)
    settings = load_settings(given | {"DATA_DIR": str(tmp_path)})
    assert settings.app_env == "production"
    assert settings.db_name == "steward"
    assert settings.cookie_secure


def test_secrets_are_files_that_somebody_mounts() -> None:
    mounted = {mount["name"]: mount["mountPath"] for mount in container("deployment")["volumeMounts"]}
    keys = MANIFESTS["secret.example"]["stringData"]
    assert set(keys.values()) == {"REPLACE-ME"}
    files = {value for name, value in MANIFESTS["configmap"]["data"].items() if name.endswith("_FILE")}
    assert files == {f"{mounted['secrets']}/{key}" for key in keys}
    for service in ("app", "migrate"):
        given = COMPOSE["services"][service]
        files = {value for name, value in given["environment"].items() if name.endswith("_FILE")}
        assert files == {f"/run/secrets/{name}" for name in given["secrets"]}
        assert set(given["secrets"]) == COMPOSE["secrets"].keys()


def test_compose_migrates_before_it_serves() -> None:
    services = COMPOSE["services"]
    assert services["app"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
    }
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["command"] == container("migrate-job")["args"] == ["migrate"]
    assert "healthcheck" in services["postgres"]
    assert int(services["app"]["environment"]["WORKERS"]) > 1


def test_images_are_pinned_and_name_no_registry() -> None:
    images = [container(name)["image"] for name in PODS]
    images += [COMPOSE["services"][name]["image"] for name in ("app", "migrate")]
    assert set(images) == {IMAGE}
    images += [
        COMPOSE["services"]["postgres"]["image"],
        *re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE),
    ]
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d[\w.-]*", image), image


def test_the_image_is_built_with_the_web_app() -> None:
    steps = ["npm ci", "steward openapi", "npm run types", "npm run build", "pip wheel"]
    places = [DOCKERFILE.index(step) for step in steps]
    assert places == sorted(places)
    sent = (ROOT / ".dockerignore").read_text().split()
    # The last line that fits counts: nothing that was made on the host comes along.
    assert sent.index("!web/") < sent.index("web/node_modules")
    assert sent.index("!src/") < sent.index("src/steward/static")


def test_the_image_runs_without_root() -> None:
    assert f"USER {USER}:{USER}\n" in DOCKERFILE
    assert 'ENTRYPOINT ["steward"]\nCMD ["serve"]\n' in DOCKERFILE


def test_locks_are_exact_hashed_and_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert {lock.name for lock in locks} == {"base.txt", "dev.txt", "otel.txt", "uv.txt", "web.txt"}
    for lock in locks:
        text = lock.read_text()
        pins = re.findall(r"^\S.*", text, re.MULTILINE)
        assert all(re.match(r"[a-z0-9._-]+==\S+ ", pin) for pin in pins)
        assert len(re.findall(r"[^ ] \\\n    --hash=sha256:", text)) >= len(pins)
        assert not re.search(r"://|index|find-links|@", text)


def test_smaller_locks_are_part_of_larger_ones() -> None:
    pins = [
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("base.txt", "otel.txt", "dev.txt")
    ]
    assert pins[0] < pins[1] < pins[2]
