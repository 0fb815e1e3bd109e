package dev.varve.core.packages.dpkg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.RootFixture;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.tar.Xattrs;
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

/** Damaged databases are read as far as possible, or refused. */
class DpkgPropertyTest {
  private static final String DATABASE = "var/lib/dpkg/";
  private static final List<String> FILES =
      List.of(
          DATABASE + "status",
          DATABASE + "diversions",
          DATABASE + "info/tools.list",
          DATABASE + "info/tools.md5sums",
          "usr/share/doc/tools/changelog.Debian.gz",
          "usr/share/doc/wrapper/changelog");

  private static Path scratch = Path.of("");
  private static FileTree tree = new FileTree.Builder().build();

  @BeforeContainer
  static void read() throws IOException {
    scratch = Files.createTempDirectory("dpkg");
    tree = DpkgRoot.read("own", scratch);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(scratch);
  }

  @Property(tries = 500)
  void aDamagedFileIsReadOrRefused(
      @ForAll @IntRange(max = 5) int file,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int bytes)
      throws IOException {
    byte[] damaged = RootFixture.bytes(tree, FILES.get(file)).clone();
    Random random = new Random(seed);
    for (int i = 0; i < bytes; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    assertReadOrRefused(FILES.get(file), damaged);
  }

  @Example
  void aFileThatEndsAtAnyOffsetIsReadOrRefused() throws IOException {
    for (String file : FILES) {
      byte[] whole = RootFixture.bytes(tree, file);
      for (int length = 0; length < whole.length; length++) {
        assertReadOrRefused(file, Arrays.copyOf(whole, length));
      }
    }
  }

  /** The others mean nothing if the undamaged database can't be read. */
  @Example
  void theUndamagedDatabaseIsRead() throws IOException {
    assertThat(DpkgRoot.packages(tree)).hasSize(8);
  }

  /** Any exception but an IOException fails the test. */
  private static void assertReadOrRefused(String file, byte[] content) throws IOException {
    FileTree damaged =
        tree.map(
            (path, inode) ->
                path.equals(file)
                    ? Inode.file(0644, 0, 0, 0, Xattrs.EMPTY, new BytesContent(content))
                    : inode);
    List<InstalledPackage> packages = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    PackageIndex.Builder index = new PackageIndex.Builder(damaged);
    try {
      DpkgPackages.find(damaged, scratch)
          .orElseThrow()
          .read(
              installed -> {
                packages.add(installed);
                index.add(installed);
              },
              leftOut::add);
      assertThat(packages).allSatisfy(installed -> assertThat(installed.name()).isNotEmpty());
      assertThat(leftOut).allSatisfy(problem -> assertThat(problem).contains(" of /" + DATABASE));
      assertThat(index.build().packages()).hasSameSizeAs(packages);
    } catch (UnreadablePackageDatabaseException e) {
      assertThat(e).hasMessageStartingWith("reading the dpkg database /var/lib/dpkg: ");
    }
  }
}
