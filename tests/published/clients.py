"""What each published client puts on the line and what it makes of the answer, byte by byte.

Written anew from their observed behaviour: headers and bodies as the version sends them, the
statuses it accepts, the keys it indexes. `line` carries a request to a server of any sort.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

Line = Callable[[str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]
"""Method, path with query, headers, body; gives status, headers, body."""

REQUESTS = {
    "User-Agent": "python-requests/2.28.1",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
}
FILTERS = {
    *("limit", "offset", "status", "complete", "rejected", "work_started"),
    *("created_date", "created_date__gte", "created_date__lte"),
    *("created_date__gt", "created_date__lt"),
}
MAIN = "main (default)"
JSON = {"application/json", "application/json; charset=utf-8"}


class Refused(Exception):
    """What every version raises: the body's text and the status."""


class NotFound(Refused):
    """What the last version raises for 404."""


class Page(list[Any]):
    """What the versions make of a page: they index all four of its keys."""

    def __init__(self, found: Any, limit: int, offset: int) -> None:
        super().__init__(found["results"])
        self.total: int = found["count"]
        self.limit = limit
        self.offset = offset
        self.previous_url: str | None = found["previous"]
        self.next_url: str | None = found["next"]


@dataclass
class Client:
    """What all versions share."""

    line: Line
    authorization: str
    base: str = "/api/v1"
    accepted: ClassVar[set[int]] = {200, 201}

    @classmethod
    def of_token(cls, line: Line, token: str, **more: Any) -> Any:
        """With `Authorization: Token`."""
        return cls(line, f"Token {token}", **more)

    @classmethod
    def of_credentials(cls, line: Line, email: str, password: str, **more: Any) -> Any:
        """With Basic credentials, as latin-1; an empty password makes a token of the address."""
        if not password:
            return cls.of_token(line, email, **more)
        pair = b64encode(f"{email}:{password}".encode("latin-1")).decode()
        return cls(line, f"Basic {pair}", **more)

    def headers(self, body: bytes | None, method: str) -> dict[str, str]:
        """The headers of a call with JSON."""
        found = {**REQUESTS, "Content-Type": "application/json"}
        found["Authorization"] = self.authorization
        if body is not None:
            found["Content-Length"] = str(len(body))
        elif method not in {"GET", "HEAD"}:
            found["Content-Length"] = "0"
        return found

    def body(self, method: str, data: Any) -> bytes | None:
        """The body that the version sends for a payload."""
        raise NotImplementedError

    def call(self, method: str, endpoint: str, data: Any = None, **params: Any) -> Any:
        """One request and what the version makes of the answer."""
        query = urlencode({key: str(value) for key, value in params.items() if value is not None})
        address = f"{self.base}/{endpoint}" + (f"?{query}" if query else "")
        body = self.body(method, data)
        return self.read(*self.line(method, address, self.headers(body, method), body or b""))

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Any:
        """The data of an answer: parsed if it is longer than one character."""
        assert headers["content-type"] in JSON, "or requests begins to guess"
        text = body.decode()
        if status not in self.accepted:
            raise Refused(text, status)
        return json.loads(text) if len(text) > 1 else None

    def get(self, endpoint: str, **params: Any) -> Any:
        """A GET."""
        return self.call("GET", endpoint, **params)

    def post(self, endpoint: str, data: Any = None) -> Any:
        """A POST."""
        return self.call("POST", endpoint, data)

    # What is the same in every version.

    def get_projects(self) -> Any:
        return self.get("projects")

    def get_project(self, id: str) -> Any:
        return self.get(f"projects/{id}")

    def get_project_batches(self, id: str) -> Any:
        return self.get(f"projects/{id}/batches")

    def get_project_tasks(self, id: str, **filters: Any) -> Page:
        unknown = filters.keys() - FILTERS
        assert not unknown, f"the client itself refuses {unknown}"
        found = self.get(f"projects/{id}/tasks", **filters)
        limit, offset = filters.get("limit", 100), filters.get("offset", 0)
        return Page(found, limit, offset)

    def get_datasets(self) -> Any:
        return self.get("datasets")

    def get_dataset(self, id: str) -> Any:
        return self.get(f"datasets/{id}")

    def create_model_run(
        self, dataset: str, version: str, task: str, annotation: Any, score: float | None = None
    ) -> Any:
        sent = {"dataset": dataset, "model_version": version, "task": task}
        return self.post(
            "datasets/model-run", {**sent, "annotation": annotation, "confidence_score": score}
        )


class V1(Client):
    """0.1: reads, model runs, the trainer. Takes 200 alone and always parses."""

    accepted: ClassVar[set[int]] = {200}

    def body(self, method: str, data: Any) -> bytes | None:
        """Strict JSON; nothing at all for what is empty."""
        assert method != "DELETE", "0.1 deletes nothing"
        return json.dumps(data, allow_nan=False).encode() if data else None

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Any:
        """Parsed, whatever its length."""
        super().read(status, headers, body)
        return json.loads(body)


class V2(Client):
    """0.2: the first writes."""

    def body(self, method: str, data: Any) -> bytes | None:
        """Strict JSON; nothing at all for what is empty."""
        return json.dumps(data, allow_nan=False).encode() if data else None

    def get_organisation(self) -> Any:
        return self.get("organisations")

    def create_project(self, title: str, type: str, objects: Any, **more: Any) -> Any:
        sent = {"title": title, "type": type, "objects_to_annotate": objects, **more}
        return self.post("projects", sent)

    def delete_project(self, id: str) -> Any:
        return self.call("DELETE", f"projects/{id}")

    def copy_project_taxonomy(self, origin: str, target: str) -> Any:
        """The first named receives; the argument names are the wrong way round."""
        return self.post(f"projects/{origin}/import-taxonomy", {"project_id": target})

    def get_project_workflows(self, id: str) -> Any:
        return self.get(f"projects/{id}/workflows")

    def set_project_workflows(self, id: str, workflows: Any) -> Any:
        return self.post(f"projects/{id}/workflows", workflows)

    def create_categorisation_task(self, project: str, attachment: str, **more: Any) -> None:
        sent = {
            "project": project,
            "attachment": attachment,
            "attachment_type": "text",
            "batch_name": MAIN,
            "annotations": [],
            "type": "categorisation",
            "complete": False,
        }
        self.post("tasks/categorisation", {**sent, **more})

    def delete_tasks(self, task_ids: list[str]) -> Any:
        return self.post("tasks", {"task_ids": task_ids})


class V2b(V2):
    """0.2 after its change of encoding: every call has a body, which may hold NaN; uploads."""

    def body(self, method: str, data: Any) -> bytes:
        """The plain encoder's text, `null` where there is nothing to say."""
        return json.dumps(data).encode("ascii")

    def payload(self, project: str, type: str, **more: Any) -> dict[str, Any]:
        """The JSON part of an upload."""
        sent = {"project": project, "batch_name": None, "external_data": False, "complete": False}
        return {**sent, "annotations": [], "type": type, "image": {}, **more}

    def upload_image_task(
        self,
        project: str,
        name: str,
        content: bytes,
        task_type: str = "image",
        *,
        old_names: bool = False,
        **more: Any,
    ) -> None:
        """Two parts: `payload` without a name or type, `image` with a name and no type."""
        boundary = "0d3f6ab4f9e74d0c8bd1d0c1f8b0a7e5"
        # urllib3 wrote names outside ASCII by RFC 2231 once, and as they are later on.
        filename = f"filename*=utf-8''{quote(name)}" if old_names else f'filename="{name}"'
        text = json.dumps(self.payload(project, task_type, **more))
        body = b"".join(
            (
                f"--{boundary}\r\n".encode(),
                b'Content-Disposition: form-data; name="payload"\r\n\r\n',
                text.encode(),
                f"\r\n--{boundary}\r\n".encode(),
                f'Content-Disposition: form-data; name="image"; {filename}\r\n\r\n'.encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        headers = {**self.headers(body, "POST")}
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        self.read(*self.line("POST", f"{self.base}/tasks/image/upload", headers, body))


class V3(V2b):
    """0.3.1: texts, videos, dataset tasks; a unique_id with every task."""

    def payload(self, project: str, type: str, **more: Any) -> dict[str, Any]:
        """The JSON part of an upload."""
        return super().payload(project, type, **{"unique_id": None, **more})

    def create_categorisation_task(self, project: str, attachment: str, **more: Any) -> None:
        super().create_categorisation_task(project, attachment, **{"unique_id": None, **more})

    def create_ner_task(self, project: str, attachment: str, **more: Any) -> None:
        sent = {
            "project": project,
            "attachment": attachment,
            "attachment_type": "text",
            "batch_name": MAIN,
            "tokens": None,
            "annotations": [],
            "type": "named-entities",
            "complete": False,
            "unique_id": None,
        }
        self.post("tasks/ner", {**sent, **more})

    def upload_video_task(self, project: str, attachment: str, **more: Any) -> None:
        sent = {
            "project": project,
            "attachment": attachment,
            "batch_name": MAIN,
            "annotations": [],
            "type": "video",
            "complete": False,
            "unique_id": None,
        }
        self.post("tasks/video", {**sent, **more})

    def get_datasets(self) -> Any:
        return self.get("datasets")["results"]

    def get_dataset_tasks(self, id: str, *, limit: int = 100, offset: int = 0) -> Page:
        found = self.post(f"search/tasks?dataset={id}&offset={offset}&limit={limit}", {})
        return Page(found, limit, offset)


class V34(V3):
    """0.3.4, the release: like 0.3.1, with templates of workflows instead of workflows."""

    def get_workflow_templates(self) -> Any:
        return self.get("workflows/templates")

    def set_project_workflow_template(self, id: str, template: str) -> Any:
        return self.post(f"workflows/{id}/template", {"template": template})


class V4(V34):
    """0.4.0: changes things, takes 204 too, tells 404 apart."""

    accepted: ClassVar[set[int]] = {200, 201, 204}

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Any:
        """The data, or NotFound for 404."""
        if status == 404:
            raise NotFound(body.decode())
        return super().read(status, headers, body)

    def create_project(self, title: str, type: str, *_: Any, **__: Any) -> Any:
        return self.post("projects", {"title": title, "type": type})

    def update_project(self, id: str, payload: Any) -> Any:
        return self.call("PATCH", f"projects/{id}", payload)

    def create_project_label(self, id: str, payload: Any) -> Any:
        return self.post(f"projects/{id}/create-label", payload)

    def update_project_label(self, id: str, payload: Any) -> Any:
        return self.call("PATCH", f"project-labels/{id}", payload)

    def delete_project_label(self, id: str) -> Any:
        return self.call("DELETE", f"project-labels/{id}")

    def create_categorisation_task(self, project: str, attachment: str, **more: Any) -> None:
        super().create_categorisation_task(project, attachment, **{"external_data": False, **more})

    def create_image_task(self, project: str, attachment: str, **more: Any) -> None:
        sent = {
            "project": project,
            "attachment": attachment,
            "attachment_type": "image",
            "batch_name": MAIN,
            "annotations": [],
            "type": "image",
            "complete": False,
            "unique_id": None,
            "external_data": False,
        }
        self.post("tasks/image", {**sent, **more})

    def create_geospatial_task(self, project: str, attachment: str, **more: Any) -> None:
        sent = {
            "project": project,
            "attachment": attachment,
            "attachment_type": "geospatial",
            "batch_name": MAIN,
            "annotations": [],
            "type": "geospatial",
            "complete": False,
            "unique_id": None,
            "external_data": False,
        }
        self.post("tasks/geo", {**sent, **more})

    def update_task(self, id: str, payload: Any) -> Any:
        return self.call("PATCH", f"tasks/{id}", {"task": payload})

    def get_dataset_tasks(
        self, id: str, *, limit: int = 50, offset: int = 0, exclude_annotations: bool = True
    ) -> Page:
        limit = min(limit, 200)
        found = self.post(
            f"search/tasks?dataset={id}&offset={offset}&limit={limit}",
            {"exclude_annotations": exclude_annotations},
        )
        return Page(found, limit, offset)


ALL: tuple[type[Client], ...] = (V1, V2, V2b, V3, V34, V4)
WRITERS: tuple[type[V2], ...] = (V2, V2b, V3, V34, V4)


@dataclass
class Trainer:
    """The trainer of 0.1 to 0.3.4, its faults included."""

    client: Client
    version_id: str = ""
    step: int = 0
    staged: dict[str, Any] = field(default_factory=dict)

    def init(self, model_id: str, version_name: str, config: Any = None) -> Any:
        """Begin a version; `labels` no published version sends."""
        sent = {"version_name": version_name, "config": config or {}}
        answer = self.client.post(f"models/{model_id}/init", sent)
        self.version_id = answer["ai_model_version"]["id"]
        return answer

    def log(self, data: dict[str, Any], step: int | None = None, *, commit: bool = True) -> Any:
        """Values at a step; staged ones win and stay."""
        if not commit:
            self.staged = {**data, **self.staged}
            return None
        sent = {**data, **self.staged, "step": step or self.step}
        answer = self.client.post(f"models/{self.version_id}/log", sent)
        self.step += 1
        return answer

    def finish(self) -> Any:
        """End it; the step is the next one."""
        return self.client.post(f"models/{self.version_id}/finish", {"step": self.step})


def read_task_as_v4(sent: Mapping[str, Any]) -> dict[str, Any]:
    """A task after 0.4.0 has read it and written it again: what its `save` sends.

    Every annotation is read as a box, whose missing sides are zeros.
    """
    params, specs = sent.get("params", {}), sent.get("media_specs", {})
    assert isinstance(params["attachment"], str)
    assert isinstance(params["attachment_type"], str)
    same = (
        *("id", "global_key", "filename", "complete", "rejected", "workflow_stage", "errors"),
        *("error", "processing", "warnings", "project_id", "dataset_id", "batch", "tags"),
        *("metadata", "external_data", "unique_id"),
    )
    return {
        **{key: sent.get(key) for key in same},
        "task_type": "image",
        "params": {key: params.get(key) for key in ("attachment", "attachment_type")},
        "annotations": [_as_box(entry) for entry in sent.get("annotations", [])],
        "media_specs": {"width": specs.get("width", 0), "height": specs.get("height", 0)},
    }


def _as_box(sent: Mapping[str, Any]) -> dict[str, Any]:
    sides = {key: sent.get(key, 0) for key in ("top", "left", "width", "height", "rotation")}
    return {
        "id": sent.get("id"),
        "label": sent.get("label", 0),
        "annotation_type": "bounding-box",
        "source": sent.get("source"),
        "is_model_run": sent.get("is_model_run", False),
        **sides,
        "iou": sent.get("iou", 0),
        "attributes": sent.get("attributes", {}),
    }
