"""The API is what its OpenAPI document says: a short fuzz; `make fuzz` is the long one."""

from tests.long.fuzz import fuzz
from tests.people import Person
from tests.servers import Server

EXAMPLES = 4
# It takes no parameter that could be wrong.
FOR_ADMINISTRATORS = ("admin_sources",)


def test_every_answer_is_documented(server: Server, alice: Person) -> None:
    print(fuzz(server, alice, examples=EXAMPLES, seed=1, refused=FOR_ADMINISTRATORS))
