"""The account on the Alpaca wire: a portfolio of Steward's that trades."""

from decimal import Decimal
from typing import Any, Literal

from steward.api.alpaca.access import portfolio_of
from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.holdings import Held, held, opened_account
from steward.api.alpaca.wire import account_uuid, answer, moment, number
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body
from steward.domain.accounts import INITIAL_MARGIN, Account, AccountKind
from steward.domain.money import UNKNOWN, ZERO, add, known, multiply, total

operations = Operations("alpaca account")


class Configurations(Body):
    """What Alpaca's clients may configure; here it is shown, and decided elsewhere."""

    dtbp_check: str | None = None
    fractional_trading: bool | None = None
    max_margin_multiplier: str | None = None
    no_shorting: bool | None = None
    pdt_check: str | None = None
    suspend_trade: bool | None = None
    trade_confirm_email: Literal["all", "none"] | None = None
    ptp_no_exception_entry: bool | None = None
    max_options_trading_level: int | None = None


def _worth(found: Held, *, long: bool) -> Decimal:
    """Add up what long, or short, positions are worth; UNKNOWN when a price is."""
    values = (one.value for one in found.positions if (one.held.qty > 0) == long)
    return total(UNKNOWN if value is None else value for value in values)


def _multiplier(account: Account) -> str:
    return "2" if account.kind is AccountKind.MARGIN else "1"


@operations.add("GET", "/alpaca/v2/account", at_root_only=True)
async def show(call: Call) -> Answer:
    """Give the account: what it has, what it is worth, and what it may still buy."""
    portfolio_id, found = portfolio_of(call), await held(call)
    account = found.account
    long, short = _worth(found, long=True), _worth(found, long=False)
    equity = known(add(account.cash, add(long, short)))
    margin = multiply(INITIAL_MARGIN, total(abs(one.cost) for one in account.holdings.values()))
    on_margin = account.kind is AccountKind.MARGIN
    return answer(
        {
            "id": account_uuid(portfolio_id),
            "account_number": f"ST{portfolio_id:010}",
            "status": "ACTIVE",
            "crypto_status": "ACTIVE",
            "currency": account.currency,
            "cash": number(account.cash),
            "buying_power": number(account.buying_power),
            "regt_buying_power": number(account.buying_power),
            "non_marginable_buying_power": number(max(account.available, ZERO)),
            "options_buying_power": "0",
            "options_approved_level": 0,
            "options_trading_level": 0,
            "equity": number(equity),
            "portfolio_value": number(equity),
            "last_equity": number(found.equity_at_last_close),
            "long_market_value": number(known(long)),
            "short_market_value": number(known(short)),
            "initial_margin": number(margin if on_margin else ZERO),
            "maintenance_margin": "0",
            "last_maintenance_margin": "0",
            "accrued_fees": "0",
            "multiplier": _multiplier(account),
            "shorting_enabled": on_margin,
            "account_blocked": False,
            "trading_blocked": False,
            "transfers_blocked": False,
            "trade_suspended_by_user": False,
            "created_at": moment(found.opened.opened_at),
        }
    )


def _configurations(account: Account) -> dict[str, Any]:
    return {
        "dtbp_check": None,
        "fractional_trading": True,
        "max_margin_multiplier": _multiplier(account),
        "no_shorting": account.kind is not AccountKind.MARGIN,
        "pdt_check": None,
        "suspend_trade": False,
        "trade_confirm_email": "none",
        "ptp_no_exception_entry": False,
        "max_options_trading_level": 0,
    }


@operations.add("GET", "/alpaca/v2/account/configurations", at_root_only=True)
async def configurations(call: Call) -> Answer:
    """Give how the account may trade."""
    return answer(_configurations((await opened_account(call, call.read())).account))


@operations.add("PATCH", "/alpaca/v2/account/configurations", at_root_only=True)
async def configure(call: Call, body: Configurations) -> Answer:
    """Take what says how the account trades already, and refuse every change of it."""
    now = _configurations((await opened_account(call, call.read())).account)
    for name, asked in body.model_dump(exclude_none=True).items():
        if asked != now[name]:
            raise Unprocessable(f"{name}: cannot be changed here, it is decided when the account is opened")
    return answer(now)
