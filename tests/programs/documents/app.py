"""A FastAPI program with all kinds of parameters, bodies and responses, for its OpenAPI document."""

from __future__ import annotations

import datetime
import enum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Cookie, FastAPI, File, Form, Header, Path, Query, UploadFile
from fastapi.params import Depends
from fastapi.responses import PlainTextResponse, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

app = FastAPI(title="A shop", version="1.0.0", separate_input_output_schemas=True)


class Size(enum.StrEnum):
    """How large."""

    SMALL = "small"
    LARGE = "large"


class Grade(enum.IntEnum):
    """How good."""

    POOR = 1
    FINE = 2


class Cat(BaseModel):
    """It purrs."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """It barks."""

    kind: Literal["dog"]
    loud: bool = True


class Item(BaseModel):
    """Its default makes it two schemas: one that is sent and one that comes back."""

    name: Annotated[str, Field(min_length=1, max_length=20, pattern="^[a-z]+$")]
    price: Annotated[float, Field(gt=0)]
    size: Size = Size.SMALL
    tags: list[str] = []
    parent: Item | None = None
    made: datetime.datetime | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    counts: dict[str, int] = {}
    matrix: list[list[int]] = []
    pair: tuple[int, str] = (1, "a")


class Login(BaseModel):
    """A form."""

    user: str
    remember: bool = False


@app.get("/items/{item_id}", tags=["items"], response_model=Item, dependencies=[Depends(HTTPBearer())])
def read_item(
    item_id: Annotated[int, Path(ge=1)],
    size: Size | None = None,
    grade: Grade = Grade.FINE,
    ids: Annotated[list[UUID] | None, Query()] = None,
    since: datetime.datetime | None = None,
    day: datetime.date | None = None,
    x_token: Annotated[str | None, Header()] = None,
    x_many: Annotated[list[str] | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
    query: str | None = None,
    client: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Any:
    """Read an item."""


@app.put("/items/{item_id}", tags=["items"], response_model=Item)
def update_item(item_id: int, item: Item, importance: Annotated[int, Body(gt=0)]) -> Any:
    """Two bodies in one."""


@app.post("/items/", tags=["items"], response_model=Item, status_code=201)
def create_item(item: Item) -> Any:
    """Create an item."""


@app.get("/items/", tags=["items"], response_model=list[Item])
def list_items(skip: int = 0) -> Any:
    """List items."""


@app.delete("/items/{item_id}", tags=["items"], status_code=204)
def delete_item(item_id: int) -> None:
    """Delete an item."""


@app.post("/login/", response_model=dict[str, Login])
def login(data: Annotated[Login, Form()]) -> Any:
    """A form."""


@app.post("/upload/", response_model=Cat | Dog)
def upload(
    file: UploadFile, files: list[UploadFile], note: Annotated[str, Form()], raw: Annotated[bytes, File()]
) -> Any:
    """Files."""


@app.get("/pet/", response_model=Cat | Dog | None)
def pet() -> Any:
    """A union that may be null."""


@app.get("/size/", response_model=Size)
def size() -> Any:
    """An enum."""


@app.get("/count/", response_model=int)
def count() -> Any:
    """A number."""


@app.get("/text/", response_class=PlainTextResponse)
def text() -> str:
    """Text."""
    return "é"


@app.get("/picture/", response_class=Response, responses={200: {"content": {"image/png": {}}}})
def picture() -> Any:
    """Bytes."""


@app.get("/anything/")
def anything() -> Any:
    """No type at all."""


@app.post("/maps/", response_model=dict[str, list[Item]], deprecated=True)
def maps(values: dict[str, float | None]) -> Any:
    """Mappings."""
