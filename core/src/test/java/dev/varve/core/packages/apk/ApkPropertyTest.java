package dev.varve.core.packages.apk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.RootFixture;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class ApkPropertyTest {
  private static Path scratch = Path.of("");
  private static byte[] database = {};

  @BeforeContainer
  static void unpack() throws IOException {
    scratch = Files.createTempDirectory("apk");
    database =
        RootFixture.bytes(
            RootFixture.read(ApkPackagesTest.ARCHIVE, scratch), ApkPackagesTest.DATABASE);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(scratch);
  }

  @Property(tries = 500)
  void aDamagedDatabaseIsReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int bytes) throws IOException {
    byte[] damaged = database.clone();
    Random random = new Random(seed);
    for (int i = 0; i < bytes; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    assertReadOrRefused(damaged);
  }

  @Example
  void aTruncatedDatabaseIsReadOrRefused() throws IOException {
    for (int length = 0; length < database.length; length++) {
      assertReadOrRefused(Arrays.copyOf(database, length));
    }
  }

  @Example
  void theUndamagedDatabaseIsRead() throws IOException {
    assertThat(read(database)).hasSize(5);
  }

  /** Any exception but that of an unreadable database fails the test. */
  private static void assertReadOrRefused(byte[] damaged) throws IOException {
    try {
      assertThat(read(damaged)).allSatisfy(p -> assertThat(p.name()).isNotEmpty());
    } catch (UnreadablePackageDatabaseException e) {
      assertThat(e)
          .hasMessageStartingWith("reading the apk database /" + ApkPackagesTest.DATABASE + ": ");
    }
  }

  private static List<InstalledPackage> read(byte[] bytes) throws IOException {
    FileTree tree =
        new FileTree.Builder().put(ApkPackagesTest.DATABASE, RootFixture.file(bytes)).build();
    List<InstalledPackage> packages = new ArrayList<>();
    ApkPackages.find(tree, scratch)
        .orElseThrow()
        .read(packages::add, problem -> assertThat(problem).contains("expected "));
    return packages;
  }
}
