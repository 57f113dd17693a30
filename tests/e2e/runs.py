"""What is walked through less often than on both databases and at both widths."""

import pytest

# What does not depend on the database is looked at on one.
once = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")
# What does not depend on the room there is.
desk = pytest.mark.parametrize("page", ["desk"], indirect=True)
phone = pytest.mark.parametrize("page", ["phone"], indirect=True)
