// Untrusted CSV: what RFC 4180 allows is read, everything else is refused on its line.
#include "moetric/io/csv.hpp"

#include "catch.hpp"

namespace {

namespace io = moetric::io;
using strings = std::vector<std::string>;

io::csv_table table(std::string const& text) {
  return io::parse_csv(text, "runs.csv");
}
void refused(std::string const& text, std::string const& sentence) {
  CAPTURE(text);
  CHECK_THROWS_WITH(table(text), "moetric: " + sentence);
}

}  // namespace

TEST_CASE("line ends of every kind, with and without a last one, blank lines and a byte order mark") {
  for (std::string const text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "\n\na,b\n1,2\n\n3,4\n\n",
                                 "\xef\xbb\xbf"
                                 "a,b\n1,2\n3,4\n",
                                 " a ,\tb\n 1, 2 \n3,4\n"}) {
    CAPTURE(text);
    io::csv_table const got = table(text);
    CHECK(got.names == strings{"a", "b"});
    REQUIRE(got.records.size() == 2);
    CHECK(got.numbers("a") == std::vector<double>{1, 3});
    CHECK(got.numbers("b") == std::vector<double>{2, 4});
  }
}

TEST_CASE("quoted fields hold commas, quotes and line ends, and records keep their line") {
  io::csv_table const got = table("name,\"loss, nats\"\n\"two\r\nlines\",\"1\"\n\"say \"\"hi\"\"\",2.5\n\"\",3e0\n");
  CHECK(got.names == strings{"name", "loss, nats"});
  REQUIRE(got.records.size() == 3);
  CHECK(got.records[0].fields == strings{"two\r\nlines", "1"});
  CHECK(got.records[1].fields == strings{"say \"hi\"", "2.5"});
  CHECK(got.records[2].fields == strings{"", "3e0"});
  CHECK(got.records[0].line == 2);
  CHECK(got.records[1].line == 4);
  CHECK(got.numbers("loss, nats") == std::vector<double>{1, 2.5, 3});
}

TEST_CASE("a header alone is a table without records, and a line of one quoted empty field is a record") {
  CHECK(table("a,b").records.empty());
  CHECK(table("a\n\"\"\n1\n").records.size() == 2);
}

TEST_CASE("tabs and semicolons separate the fields of a table whose header has no comma") {
  for (std::string const text : {"a;b\n1;2\n3;4\n", "a\tb\n1\t2\n3\t4\n", " a ; b \n 1 ;2\n3; 4\n",
                                 "\n\"a\"\tb\n1\t 2\n3 \t4", "a;\tb\n1;2\n3;4\n"}) {
    CAPTURE(text);
    io::csv_table const got = table(text);
    CHECK(got.names == strings{"a", "b"});
    CHECK(got.numbers("a") == std::vector<double>{1, 3});
    CHECK(got.numbers("b") == std::vector<double>{2, 4});
  }
  CHECK(table("a;b,c\n1,2\n").names == strings{"a;b", "c"});
  CHECK(table("\"a,b\";c\n1;2\n").names == strings{"a,b", "c"});
  CHECK(table("a\tb\tc\n1\t\t3\n").records[0].fields == strings{"1", "", "3"});
  CHECK_THROWS_WITH(table("a;b\n1,5;2\n").numbers("a"),
                    "moetric: 'a' on line 2 of runs.csv must be a finite number with a decimal point, but got '1,5'");
}

TEST_CASE("UTF-16 and other texts with zero bytes are refused by name") {
  refused(std::string("\xff\xfe"
                      "a\0,\0b\0",
                      8),
          "runs.csv must be UTF-8, but is UTF-16, as spreadsheets save \"Unicode text\"");
  refused(std::string("\xfe\xff\0a\0,\0b", 8),
          "runs.csv must be UTF-8, but is UTF-16, as spreadsheets save \"Unicode text\"");
  refused(std::string("a,b\n1,\0\n", 8), "runs.csv must be text, but holds a zero byte");
}

TEST_CASE("text that is not a table is refused on its line") {
  refused("", "runs.csv must begin with a row of column names, but is empty");
  refused("\n\r\n", "runs.csv must begin with a row of column names, but is empty");
  refused("a,b,a\n", "runs.csv must name every column once, but has 'a' twice");
  refused("a,b\n1,2\n1,2,3\n", "line 3 of runs.csv must have 2 fields like the header, but has 3");
  refused("a,b\n\n1\n", "line 3 of runs.csv must have 2 fields like the header, but has 1");
  refused("a,b\n1,\"2\n3,4\n", "line 2 of runs.csv must close its quotes, but the text ends first");
  refused("a,b\n\"1\"x,2\n", "line 2 of runs.csv must have a separator after a closing quote, but has more text");
  refused("a,b\n1\",2\n", "line 2 of runs.csv must quote whole fields, but has a quote inside one");
  CHECK_THROWS_WITH(io::parse_csv("a,b,c\n", "t", {.columns = 2}),
                    "moetric: line 1 of t must have at most 2 fields, but has more");
  CHECK_THROWS_WITH(io::parse_csv("a,b,c\n", "t", {.bytes = 5}), "moetric: t must not exceed 5 bytes, but is larger");
}

TEST_CASE("a missing column is refused with a list of columns, a bad number with column and line") {
  io::csv_table const got = table("step,loss\n1,2\n2,x\n");
  CHECK(got.has("loss"));
  CHECK_FALSE(got.has("Loss"));
  CHECK_THROWS_WITH(got.column("tokens"), "moetric: runs.csv must have a column tokens, but has 'step', 'loss'");
  CHECK_THROWS_WITH(got.numbers("loss"), "moetric: 'loss' on line 3 of runs.csv must be a finite number, but got 'x'");
  for (std::string const bad : {"nan", "inf", "-inf", "1e999", "", "1 2", "0x10", "1,\"2\"", "3\x01"})
    CHECK_THROWS_AS(table("a,b\n\"" + bad + "\",1\n").numbers("a"), std::invalid_argument);
}

TEST_CASE("a missing file or a folder is refused by its name") {
  CHECK_THROWS_WITH(io::read_csv("/no/such.csv"), "moetric: '/no/such.csv' must be a file, but does not exist");
  CHECK_THROWS_WITH(io::read_csv("/"), "moetric: '/' must be a file, but is a directory");
}
