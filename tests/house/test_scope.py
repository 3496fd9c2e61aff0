"""Every function of the store says whose rows it sees: `conn` first, `scope` second."""

import ast

from tests.house.source import Module, below

# Functions that see rows of every organisation, each with the reason why it must.
WITHOUT_SCOPE: dict[str, str] = {
    "annotations.taken": "ids are global: tells which are in use, and nothing else of them",
    "predictions.owners": "ids are global: tells which are in use, and by which model run",
    "contents.deflated": "deflates bytes, asks no database",
    "copies.is_empty": "copies everything of everybody, by the operator's command line",
    "copies.copy": "copies everything of everybody",
    "copies.fingerprints": "compares everything of everybody",
    "copies.file_hashes": "copies everything of everybody",
    "files.get_signed": "the signed address is the permission",
    "idempotency_keys.delete_before": "forgets old answers of everybody",
    "jobs.names_waiting": "a worker works for every organisation",
    "jobs.waiting_organisations": "a worker works for every organisation",
    "jobs.claim": "a worker works for every organisation",
    "jobs.extend": "a worker works for every organisation",
    "jobs.finish": "a worker works for every organisation",
    "jobs.requeue": "a worker works for every organisation",
    "many.insert": "each row says whose it is",
    "labels.of_projects": "the projects were found with a scope",
    **dict.fromkeys(
        (
            "log_columns.numbers_of",
            "log_columns.summed",
            "log_columns.write_summaries",
            "log_columns.read_summaries",
            "log_columns.packed",
            "log_columns.joined",
        ),
        "reckons with numbers, asks no database",
    ),
    "organisations.any_exists": "asked before there is an organisation",
    "organisations.every": "an operator verifies the logs of everybody",
    "organisations.first": "asked by command lines on the data folder, which own everything",
    "one_time_secrets.find": "finds out whose scope it is",
    "sessions.find": "finds out whose scope it is",
    "sessions.delete_expired": "forgets old sessions of everybody",
    "tokens.find": "finds out whose scope it is",
    "users.credentials": "finds out whose scope it is",
    "users.read": "reads a row that another query of the store found",
}
# The schema, and readers and writers of values, which ask the database for nothing by themselves.
NOT_QUERIES = {"paging", "tables", "values"}


def public_functions() -> dict[str, ast.FunctionDef]:
    """Every public function of the store, as `file.function`."""
    return {
        f"{module.path.stem}.{node.name}": node
        for module in below("server/store")
        if not is_exempt(module)
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def is_exempt(module: Module) -> bool:
    """Whether a file holds no query that a service calls."""
    return module.path.stem in NOT_QUERIES or module.path.stem.startswith("_")


def first_two(function: ast.FunctionDef) -> list[str]:
    """The names of the first two positional parameters."""
    return [entry.arg for entry in (*function.args.posonlyargs, *function.args.args)][:2]


def test_every_store_function_takes_conn_and_scope() -> None:
    wrong = [
        name
        for name, function in public_functions().items()
        if name not in WITHOUT_SCOPE and first_two(function) != ["conn", "scope"]
    ]
    assert not wrong, "take `conn, scope` first, or explain in WITHOUT_SCOPE"


def test_exceptions_are_still_needed() -> None:
    functions = public_functions()
    stale = [
        name
        for name in WITHOUT_SCOPE
        if name not in functions or first_two(functions[name]) == ["conn", "scope"]
    ]
    assert not stale


def test_the_store_never_lets_sql_out() -> None:
    returned = {
        name: ast.unparse(function.returns)
        for name, function in public_functions().items()
        if function.returns is not None
    }
    of_sql = ("Row", "Result", "Select")
    assert not {name: text for name, text in returned.items() if text.startswith(of_sql)}
