package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeContainer;

class RpmHeaderPropertyTest {
  /**
   * Bytes: many times the need of a header of a few kilobytes, and far less than a trusted count
   * would take.
   */
  private static final long MAX_ALLOCATED = 8 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Headers that RPM wrote. */
  private static final List<byte[]> REAL = new ArrayList<>();

  /** Writes a big-endian number over a header. */
  private record Overwrite(int position, int value) {
    void apply(byte[] header) {
      ByteBuffer.wrap(header).putInt(position % (header.length - 3), value);
    }
  }

  @BeforeContainer
  static void readRealHeaders() throws IOException, SQLException {
    Path scratch = Files.createTempDirectory("rpmdb");
    Path database = Fixture.plain(scratch);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT blob FROM Packages")) {
      while (rows.next()) {
        REAL.add(rows.getBytes(1));
      }
    }
    Files.delete(database);
    Files.deleteIfExists(scratch.resolve("rpmdb.sqlite-wal"));
    Files.deleteIfExists(scratch.resolve("rpmdb.sqlite-shm"));
    Files.delete(scratch);
    assertThat(REAL).hasSize(6).allMatch(RpmHeaderPropertyTest::isRead);
  }

  @Property
  void randomBytesAreReadOrRefused(@ForAll @Size(max = 512) byte[] bytes) {
    isRead(bytes);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void randomEntriesAreReadOrRefused(
      @ForAll("entries") List<int[]> entries, @ForAll @Size(max = 256) byte[] store) {
    HeaderBytes header = HeaderBytes.withFiles("/usr/", "a", "b");
    for (int[] entry : entries) {
      header.entry(entry[0], entry[1], entry[2], entry[3]);
    }
    for (byte b : store) {
      header.bytes(b);
    }
    isRead(header.toBytes());
  }

  @Property(tries = 5000)
  void overwrittenHeadersAreReadOrRefused(
      @ForAll("headers") byte[] header, @ForAll("overwrites") List<Overwrite> overwrites) {
    byte[] mutated = header.clone();
    overwrites.forEach(overwrite -> overwrite.apply(mutated));
    isRead(mutated);
  }

  @Property
  void truncatedHeadersAreRefused(@ForAll("headers") byte[] header, @ForAll int length) {
    byte[] truncated = Arrays.copyOf(header, Math.floorMod(length, header.length));
    assertThat(isRead(truncated)).isFalse();
  }

  /**
   * Returns whether the header is read. Any exception but a MalformedHeaderException fails the
   * test.
   */
  private static boolean isRead(byte[] header) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean read;
    try {
      RpmPackage.of(RpmHeader.parse(header));
      read = true;
    } catch (MalformedHeaderException e) {
      assertThat(e.getMessage()).isNotEmpty();
      read = false;
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    return read;
  }

  @Provide
  Arbitrary<byte[]> headers() {
    return Arbitraries.of(REAL);
  }

  @Provide
  Arbitrary<List<Overwrite>> overwrites() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 10_000),
            Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.integers().between(-1, 5_100)))
        .as(Overwrite::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<int[]>> entries() {
    return Combinators.combine(
            Arbitraries.of(1000, 1003, 1027, 1028, 1030, 1034, 1035, 1116, 1117, 1118, 5008, 5011),
            Arbitraries.integers().between(-1, 10),
            Arbitraries.integers().between(-1, 300),
            Arbitraries.oneOf(Arbitraries.just(2), Arbitraries.integers().between(-1, 300)))
        .as((tag, type, offset, count) -> new int[] {tag, type, offset, count})
        .list()
        .ofMaxSize(8);
  }
}
