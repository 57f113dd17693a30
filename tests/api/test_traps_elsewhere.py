"""Traps of earlier systems that are caught by a test of the feature: trap by trap, where that test stands."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CAUGHT = {
    "api/test_valuation.py": {
        "a cache without the owner": "test_a_new_portfolio_never_shows_the_value_of_a_removed_one",
        "a cache that is older than the write": "test_no_worker_gives_an_older_value_than_was_acknowledged",
        "a missing price lowers the total": "test_a_symbol_without_a_price_is_named_and_never_valued",
    },
    "api/test_identity.py": {
        "signing out only clears the cookie": "test_signing_out_holds_on_every_worker_at_once",
        "signing out without a session": "test_signing_out_needs_a_session",
        "nobody's password is not hashed": "test_an_unknown_user_and_a_wrong_password_take_the_same_time",
        "e-mails that differ in case": "test_an_email_is_taken_without_regard_to_case",
        "no change of password": "test_a_new_password_replaces_the_old_one",
        "the commonest passwords": "test_a_bad_password_is_refused_by_name",
        "passwords cut at 72 bytes": "test_every_character_of_a_long_password_counts",
        "equal registrations at once": "test_eight_equal_registrations_at_once_make_one_account",
    },
    "api/test_bad_input.py": {
        "Infinity is stored and breaks every list": "test_values_in_bodies",
        "symbols of 11 characters on one engine": "test_what_is_odd_and_yet_right_is_kept_in_one_form",
        "NUL and half characters": "test_values_in_bodies",
        "ids from 2**31 on": "test_values_in_addresses",
        "a body without its content type": "test_content_types_and_encodings",
        "no check of the site": "test_other_sites",
        "a short password tells that sign-in failed": "test_sign_ins_take_every_shape_of_password_alike",
        "unknown and double keys": "test_fields_that_nobody_asked_for",
    },
    "api/test_portfolios.py": {
        "an empty change is a 500": "test_an_empty_change_changes_nothing",
        "a name of null is a 500": "test_a_bad_name_is_refused",
    },
    "test_decimals.py": {
        "floats": "test_every_digit_comes_back",
    },
    "api/test_cookies.py": {
        "another cookie is cleared": "test_the_cookie_is_cleared_with_the_attributes_that_it_was_set_with",
        "any origin is reflected": "test_no_other_origin_may_read_anything",
    },
    "test_settings.py": {
        "the cookie is not Secure in production": "test_production_needs_a_secret_and_is_strict_by_default",
        "AUTH_MODE=LOCAL builds Supabase": "test_auth_mode_has_no_case",
        "JWT_SECRET=k": "test_weak_secrets_are_refused",
        "lifetimes without bound, origins of *": "test_every_problem_is_reported_at_once_by_its_variable",
        "a default database password": "test_a_guessable_database_password_is_refused_in_production",
        "sslmode means something else": "test_sslmode_is_passed_on_as_it_is",
        "user and password unquoted in the address": "test_the_parts_of_the_database_are_quoted",
    },
    "api/test_tokens_on_the_wire.py": {
        "tokens without iss, aud, typ, kid, exp": "test_every_bad_token_gets_the_same_answer",
        "one key for ever": "test_keys_rotate_without_signing_anybody_out",
    },
    "infrastructure/test_passwords.py": {
        "no new hash": "test_a_hash_with_older_parameters_is_made_again",
    },
    "infrastructure/test_supabase.py": {
        "the provider's failures are 401": "test_a_provider_that_cannot_be_trusted_is_unavailable",
        "the provider's silence": "test_a_slow_provider_is_not_waited_for",
        "the provider's refusals unmapped": "test_what_the_provider_refuses_at_sign_up",
        "an unverified address": "test_an_unverified_address_is_told_whatever_the_user_wrote_into_the_token",
    },
    "infrastructure/test_logging.py": {
        "errors not logged": "test_an_error_is_one_line_with_its_stack_and_without_secrets",
    },
    "api/test_wire.py": {
        "no security headers": "test_every_answer_carries_its_security_headers",
        "the address / is 404": "test_the_root_leads_to_the_docs",
    },
    "api/test_raw_http.py": {
        "no limit on bodies": "test_memory_stays_flat_under_100_megabytes",
    },
    "api/test_prices.py": {
        "prices of no date and no currency": "test_a_price_states_its_source_and_time",
    },
    "test_races.py": {
        "read, change, write without a lock": "test_simultaneous_operations_on_one_order_are_serial",
    },
    "api/test_orders.py": {
        "the state is checked outside the write": "test_executions_at_once_never_exceed_the_order",
        "final states are left": "test_a_final_order_changes_no_more",
        "no price": "test_a_fill_takes_the_given_price_then_ones_own_then_the_sources_then_none",
        "403 for somebody else's": "test_somebody_elses_order_is_not_found",
        "no client order id": "test_a_client_order_id_acts_once_when_sent_at_once",
    },
    "api/test_order_lists.py": {
        "lists without bound or order": "test_orders_are_listed_newest_first_in_pages",
    },
    "api/test_idempotency.py": {
        "a retry doubles the order": "test_the_same_request_many_times_at_once_acts_once",
    },
    "infrastructure/test_constraints.py": {
        "no check in the database": "test_o1_o3_the_database_itself_refuses_an_impossible_order",
    },
    "infrastructure/test_migrations.py": {
        "no migrations": "test_up_down_and_up_again_with_rows_inside",
        "no constraints": "test_every_declared_rule_stands_in_the_database",
    },
}


@pytest.mark.parametrize("path", CAUGHT)
def test_a_trap_is_caught_where_its_feature_is_tested(path: str) -> None:
    found = re.findall(r"^(?:async )?def (test_\w+)\(", (TESTS / path).read_text(), re.MULTILINE)
    assert set(CAUGHT[path].values()) <= set(found)
