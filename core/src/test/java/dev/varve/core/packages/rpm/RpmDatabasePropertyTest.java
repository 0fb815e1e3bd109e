package dev.varve.core.packages.rpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class RpmDatabasePropertyTest {
  private static Path scratch = Path.of("");
  private static byte[] database = {};
  private static byte[] wal = {};

  @BeforeContainer
  static void unpack() throws IOException {
    scratch = Files.createTempDirectory("rpmdb");
    Path file = Fixture.withWal(scratch);
    database = Files.readAllBytes(file);
    wal = Files.readAllBytes(scratch.resolve("rpmdb.sqlite-wal"));
  }

  @AfterContainer
  static void delete() throws IOException {
    try (var files = Files.list(scratch)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }

  @Property(tries = 300)
  void damagedDatabasesAreReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int bytes) throws IOException {
    assertReadOrRefused(damage(database, seed, bytes), wal);
  }

  @Property(tries = 300)
  void damagedLogsAreReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int bytes) throws IOException {
    assertReadOrRefused(database, damage(wal, seed, bytes));
  }

  /** Any exception but an IOException fails the test. */
  private static void assertReadOrRefused(byte[] damagedDatabase, byte[] damagedWal)
      throws IOException {
    Path file = Files.write(scratch.resolve("rpmdb.sqlite"), damagedDatabase);
    Files.write(scratch.resolve("rpmdb.sqlite-wal"), damagedWal);
    try {
      assertThat(Fixture.read(file)).allSatisfy(p -> assertThat(p.name()).isNotEmpty());
    } catch (IOException e) {
      assertThat(e)
          .isInstanceOf(UnreadablePackageDatabaseException.class)
          .hasMessageStartingWith("reading the RPM database /" + Fixture.PATH + ": ")
          .hasMessageNotContaining(scratch.toString());
    }
  }

  private static byte[] damage(byte[] valid, long seed, int bytes) {
    byte[] damaged = valid.clone();
    Random random = new Random(seed);
    for (int i = 0; i < bytes; i++) {
      // Half of the damage is near the start, which contains the headers and the schema.
      int end = random.nextBoolean() ? damaged.length : 4096;
      damaged[random.nextInt(end)] = (byte) random.nextInt();
    }
    return damaged;
  }

  /** The other properties mean nothing if the undamaged database cannot be read. */
  @Property(tries = 1)
  void theUndamagedDatabaseIsRead() throws IOException {
    Path file = Files.write(scratch.resolve("rpmdb.sqlite"), database);
    Files.write(scratch.resolve("rpmdb.sqlite-wal"), wal);
    assertThat(Fixture.read(file)).hasSize(6);
  }
}
