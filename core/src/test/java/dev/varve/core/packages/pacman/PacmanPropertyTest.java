package dev.varve.core.packages.pacman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.RootFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class PacmanPropertyTest {
  private static final String TOOLS = PacmanRoot.LOCAL + "/tools-2:1.4-3/";

  private static Path scratch = Path.of("");
  private static FileTree root = new FileTree.Builder().build();

  @BeforeContainer
  static void unpack() throws IOException {
    scratch = Files.createTempDirectory("pacman");
    root = PacmanRoot.read(scratch);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(scratch);
  }

  @Property(tries = 300)
  void aDamagedDescriptionIsReadOrLeftOut(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int bytes) throws IOException {
    assertReadOrLeftOut("desc", damage(original("desc"), seed, bytes));
  }

  @Property(tries = 300)
  void aDamagedListOfFilesIsReadOrLeftOut(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int bytes) throws IOException {
    assertReadOrLeftOut("files", damage(original("files"), seed, bytes));
  }

  @Property(tries = 300)
  void aDamagedMtreeLeavesFewerAttributes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int bytes) throws IOException {
    List<InstalledPackage> read =
        assertReadOrLeftOut("mtree", damage(original("mtree"), seed, bytes));
    assertThat(read).hasSize(5);
    assertThat(read.get(4).files()).hasSize(19);
  }

  @Example
  void aTruncatedFileIsReadOrLeftOut() throws IOException {
    for (String file : List.of("desc", "files")) {
      byte[] whole = original(file);
      for (int length = 0; length < whole.length; length++) {
        assertReadOrLeftOut(file, Arrays.copyOf(whole, length));
      }
    }
  }

  @Example
  void theUndamagedDatabaseIsRead() throws IOException {
    assertThat(PacmanRoot.packages(root, scratch)).hasSize(5);
  }

  private static byte[] original(String file) throws IOException {
    return RootFixture.bytes(root, TOOLS + file);
  }

  /** Any exception fails the test. */
  private static List<InstalledPackage> assertReadOrLeftOut(String file, byte[] damaged)
      throws IOException {
    Inode replaced = RootFixture.file(damaged);
    FileTree tree = root.map((path, inode) -> path.equals(TOOLS + file) ? replaced : inode);
    List<InstalledPackage> read =
        PacmanRoot.packages(
            tree,
            scratch,
            problem -> assertThat(problem).startsWith("/" + TOOLS + file).contains(": expected "));
    assertThat(read).hasSizeBetween(4, 5).allSatisfy(p -> assertThat(p.name()).isNotEmpty());
    return read;
  }

  private static byte[] damage(byte[] valid, long seed, int bytes) {
    byte[] damaged = valid.clone();
    Random random = new Random(seed);
    for (int i = 0; i < bytes; i++) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    return damaged;
  }
}
