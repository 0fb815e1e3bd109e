package dev.varve.core.tar;

import static dev.varve.core.tar.Archives.assertMalformed;
import static dev.varve.core.tar.Archives.emptyFile;
import static dev.varve.core.tar.Archives.joined;
import static dev.varve.core.tar.Archives.raw;
import static dev.varve.core.tar.Archives.record;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sparse maps, in PAX records and before the content. */
final class SparseFilesTest {
  @ParameterizedTest
  @CsvSource({
    "'4,1,2,1', 2, the sparse map is out of order: offset 2",
    "'0,4,2,1', 5, the sparse map is out of order: offset 2",
    "'0,99', 99, 'the sparse map reaches 99, past the file''s end at 10'",
    "'0,4', 3, 'the sparse map has 4 bytes of data, the archive stores 3'",
    "'0,4,5', 3, GNU.sparse.map has an offset without a length",
    "'0,x', 3, GNU.sparse.map: expected a number",
    "'0,4,', 4, GNU.sparse.map has an offset without a length"
  })
  void aMalformedSparseMapIsRefused(String map, int stored, String problem) {
    String records = record("GNU.sparse.size", "10") + record("GNU.sparse.map", map);
    assertThatThrownBy(
            () ->
                Archives.read(joined(raw('x', "pax", records), raw('0', "a", "d".repeat(stored)))))
        .isInstanceOf(MalformedTarException.class)
        .hasMessageStartingWith("reading test.tar: entry at offset 1024 (a): " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'1\n0\nx\n', the sparse map has something other than decimal numbers",
    "'\n', the sparse map has something other than decimal numbers",
    "'9999999999999999999\n', the sparse map has something other than decimal numbers",
    "'1\n0\n7\n', 'the sparse map has 7 bytes of data, the archive stores 0'",
    "'2\n0\n', the sparse map has something other than decimal numbers"
  })
  void aMalformedSparseMapInLinesIsRefused(String lines, String problem) {
    assertMalformed(sparse(lines + "\0".repeat(512 - lines.length())), 1024, "(a): " + problem);
  }

  @Test
  void aSparseMapInLinesMustEndInTheArchive() {
    assertMalformed(
        sparse("999\n" + "9\n0\n".repeat(127)), 1024, "(a): the archive ends within a sparse map");
  }

  @Test
  void anUnknownSparseFormatIsRefused() {
    String records = record("GNU.sparse.major", "2") + record("GNU.sparse.minor", "3");
    assertMalformed(
        joined(raw('x', "pax", records), emptyFile("a")),
        1024,
        "(a): its sparse format is unknown: 2.3");
  }

  /** Returns a sparse file of format 1.0 whose stored bytes are {@code lines}. */
  private static byte[] sparse(String lines) {
    String records =
        record("GNU.sparse.major", "1")
            + record("GNU.sparse.minor", "0")
            + record("GNU.sparse.realsize", "10");
    return joined(raw('x', "pax", records), raw('0', "a", lines));
  }
}
