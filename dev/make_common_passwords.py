"""Make the list of common passwords that the package ships, from that of zxcvbn.

    pip download --no-deps --no-binary :all: zxcvbn==4.5.0 && tar xzf zxcvbn-4.5.0.tar.gz
    python dev/make_common_passwords.py zxcvbn-4.5.0/zxcvbn/frequency_lists.py

The same source always gives the same bytes: the most common ones that are long enough to be passwords here, the
most common first, each folded as `password_rules` compares it.
"""

import ast
import sys
from pathlib import Path

from cinedex.accounts.password_rules import COMMON, SHORTEST_PASSWORD, as_compared

KEPT = 5000


def main() -> None:
    lists = next(
        node
        for node in ast.walk(ast.parse(Path(sys.argv[1]).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).startswith("123456,password,")
    )
    folded = dict.fromkeys(as_compared(password) for password in str(lists.value).split(","))
    long_enough = [password for password in folded if len(password) >= SHORTEST_PASSWORD]
    COMMON.write_text("\n".join(long_enough[:KEPT]) + "\n", encoding="utf-8")
    print(f"{COMMON}: {min(KEPT, len(long_enough)):,} of {len(long_enough):,} that are long enough")


if __name__ == "__main__":
    main()
