# SPDX-License-Identifier: Apache-2.0
"""Plants violations in a small tree and expects the include checker to find exactly them."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import check_includes  # noqa: E402

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for header in ("base/text.hpp", "graph/plan.hpp", "rel/expr.hpp", "sql/writer.hpp", "store/session.hpp",
                       "stores/duckdb/library.hpp", "stores/registry.hpp", "ops/policy.hpp"):
            self.put(f"src/{header}", "")
        for header in ("error", "hash", "graph", "ops", "metaxy"):
            self.put(f"include/metaxy/{header}.hpp", "")

    def put(self, name, text, head=HEAD):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + text, encoding="utf-8")

    def violations(self):
        return list(check_includes.check_tree(self.root))

    def expect(self, *parts):
        found = self.violations()
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])

    def test_clean_tree(self):
        self.put("src/graph/plan.cpp", '#include "graph/plan.hpp"\n#include <metaxy/error.hpp>\n#include <vector>\n')
        self.put("src/stores/duckdb/open.cpp", '#include <duckdb.h>\n#include "store/session.hpp"\n')
        self.put("src/stores/registry.cpp", '#include "stores/duckdb/library.hpp"\n')
        self.put("src/project/open.cpp", '#include "stores/registry.hpp"\n#include "ops/policy.hpp"\n')
        self.put("src/cli/main.cpp", '#include <metaxy/ops.hpp>\n#include "base/text.hpp"\n#include <iostream>\n')
        self.assertEqual(self.violations(), [])

    def test_upward_include(self):
        self.put("src/rel/x.cpp", '#include <string>\n#include "graph/plan.hpp"\n')
        self.expect("src/rel/x.cpp:3:", "room rel may not include", "of room graph")

    def test_upward_include_of_public_header(self):
        self.put("src/graph/x.cpp", "#include <metaxy/ops.hpp>\n")
        self.expect("src/graph/x.cpp:2:", "of room ops")

    def test_sideways_include(self):
        self.put("src/graph/x.cpp", '#include "rel/expr.hpp"\n')
        self.expect("of room rel")

    def test_ops_may_not_know_a_database(self):
        self.put("src/ops/x.cpp", '#include "stores/duckdb/library.hpp"\n')
        self.expect("src/ops/x.cpp:2:", "of room stores/duckdb")

    def test_project_sees_only_the_registry(self):
        self.put("src/project/x.cpp", '#include "stores/duckdb/library.hpp"\n')
        self.expect("src/project/x.cpp:2:", "of room stores/duckdb")

    def test_driver_header_elsewhere(self):
        self.put("src/ops/x.cpp", "#include <duckdb.h>\n")
        self.expect("only stores/duckdb may")

    def test_effects_in_a_pure_room(self):
        self.put("src/lineage/x.cpp", "#include <fstream>\n")
        self.expect("room lineage is pure")

    def test_umbrella_inside(self):
        self.put("src/cli/x.cpp", "#include <metaxy/metaxy.hpp>\n")
        self.expect("is for users")

    def test_relative_include(self):
        self.put("src/graph/x.cpp", '#include "plan.hpp"\n')
        self.expect('"plan.hpp" is not a header of src/')

    def test_wrong_brackets(self):
        self.put("src/graph/x.cpp", '#include <base/text.hpp>\n#include "metaxy/error.hpp"\n')
        found = self.violations()
        self.assertEqual(len(found), 2)
        self.assertIn('write "base/text.hpp"', found[0])
        self.assertIn("write <metaxy/error.hpp>", found[1])

    def test_unknown_room(self):
        self.put("src/misc/x.cpp", "")
        self.expect("src/misc/x.cpp:1:", "misc is no room")

    def test_public_header_names_a_private_one(self):
        self.put("include/metaxy/graph.hpp", '#include "graph/plan.hpp"\n')
        self.expect("include/metaxy/graph.hpp:2:", 'may not name the private "graph/plan.hpp"')

    def test_public_header_needs_another_project(self):
        self.put("include/metaxy/graph.hpp", "#include <nlohmann/json.hpp>\n")
        self.expect("may not need <nlohmann/json.hpp>")

    def test_public_header_reaches_up(self):
        self.put("include/metaxy/hash.hpp", "#include <metaxy/ops.hpp>\n")
        self.expect("include/metaxy/hash.hpp:2:", "of room ops")

    def test_public_header_without_owner(self):
        self.put("include/metaxy/extra.hpp", "")
        self.expect("include/metaxy/extra.hpp:1:", "no owner")

    def test_too_many_public_headers(self):
        for number in range(8):
            self.put(f"include/metaxy/more_{number}.hpp", "")
        found = self.violations()
        self.assertIn("13 public headers, more than 12", found[0])
        for number in range(8):
            (self.root / f"include/metaxy/more_{number}.hpp").unlink()
            self.put(f"include/metaxy/ext/more_{number}.hpp", "")
        self.assertEqual(self.violations(), [])

    def test_long_file(self):
        self.put("src/graph/x.cpp", "\n" * 599)
        self.assertEqual(self.violations(), [])
        self.put("src/graph/x.cpp", "\n" * 600)
        self.expect("src/graph/x.cpp:601:", "more than 600")

    def test_licence_line(self):
        self.put("tests/unit/x_test.cpp", "int x;\n", head="")
        self.expect("tests/unit/x_test.cpp:1:", "SPDX")

    def test_using_namespace_std(self):
        self.put("bench/x.cpp", "int a;\n  using namespace std;\n")
        self.expect("bench/x.cpp:3:", "using namespace std")


if __name__ == "__main__":
    unittest.main()
