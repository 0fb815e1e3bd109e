package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OstreeRepositoryTest {
  private static final Path FIXTURE = Path.of("src/test/fixtures/ostree/encapsulated.tar.gz");
  private static final String OBJECT = "sysroot/ostree/repo/objects/aa/bb.file";

  /** {@code GLib.Variant('a(ayay)', [(b'security.capability\0', …), (b'user.component\0', …)])} */
  private static final String TWO_XATTRS =
      "73656375726974792e6361706162696c69747900010000020020000000000000000000000000000014"
          + "757365722e636f6d706f6e656e7400626173680f293d";

  @TempDir private Path scratch;

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static Inode file(byte[] content) {
    return Inode.file(0644, 0, 0, 5, Xattrs.EMPTY, new BytesContent(content));
  }

  @Test
  void anEncapsulatedCommitIsComparedAsThePlainImage() throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FIXTURE));
        LayeredTree read =
            LayeredTree.read(MemoryImage.of(in.readAllBytes()), scratch, Progress.SILENT)) {
      FileTree plain = OstreeRepository.plain(read.tree());
      assertThat(OstreeRepository.plain(plain)).isSameAs(plain);

      TreeComparison.OfImages same = TreeComparison.ofImages(plain, read.tree(), true);
      assertThat(same.first()).isSameAs(plain);
      assertThat(same.ostree()).isEqualTo(TreeComparison.Ostree.SECOND);
      assertThat(same.outcome().differences()).isEmpty();
      assertThat(TreeComparison.ofImages(read.tree(), plain, true).ostree())
          .isEqualTo(TreeComparison.Ostree.FIRST);
    }
  }

  @Test
  void anEncapsulatedCommitBecomesAPlainImage() throws IOException {
    byte[] tar;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FIXTURE))) {
      tar = in.readAllBytes();
    }
    try (LayeredTree read = LayeredTree.read(MemoryImage.of(tar), scratch, Progress.SILENT)) {
      assertThat(OstreeRepository.isIn(read.tree())).isTrue();
      FileTree plain = OstreeRepository.unwrap(read.tree());
      assertThat(OstreeRepository.isIn(plain)).isFalse();
      assertThat(Listing.of(plain))
          .containsExactly(
              "etc/",
              "etc/conf = conf\n",
              "ostree -> sysroot/ostree",
              "sysroot/",
              "usr/",
              "usr/bin/",
              "usr/bin/link -> ping",
              "usr/bin/ping = ping\n",
              "usr/bin/tool = tool\n",
              "usr/lib/",
              "usr/lib/tool == usr/bin/tool",
              "usr/share/");
      assertThat(xattrs(plain, "usr/bin/ping"))
          .isEqualTo(
              Xattrs.of(
                  Map.of("security.capability", hex("0100000200200000000000000000000000000000"))));
      assertThat(xattrs(plain, "usr/lib/tool"))
          .isEqualTo(
              Xattrs.of(
                  Map.of("user.component", "tools".getBytes(UTF_8), "user.odd", hex("00ff0a00"))));
      assertThat(xattrs(plain, "etc/conf"))
          .isEqualTo(Xattrs.of(Map.of("user.long", "x".repeat(300).getBytes(UTF_8))));
      assertThat(xattrs(plain, "usr/bin/link")).isEqualTo(Xattrs.EMPTY);
    }
  }

  @Test
  void directoriesHaveTheAttributesOfTheCommitUnlessALaterLayerChangedThem() throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FIXTURE));
        LayeredTree read =
            LayeredTree.read(MemoryImage.of(in.readAllBytes()), scratch, Progress.SILENT)) {
      FileTree plain = OstreeRepository.unwrap(read.tree());
      assertThat(xattrs(plain, "usr/lib")).hasToString("{user.component=6c6962726172696573}");
      assertThat(xattrs(plain, "etc")).hasToString("{user.component=73657474696e6773}");
      assertThat(xattrs(plain, "usr/bin")).isSameAs(Xattrs.EMPTY);
      assertThat(xattrs(plain, "usr/share")).isSameAs(Xattrs.EMPTY);
    }
  }

  /** Returns a tree like the fixture's, in which each file is changed. */
  private FileTree changed(BiFunction<String, Inode, Inode> change) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FIXTURE));
        LayeredTree read =
            LayeredTree.read(MemoryImage.of(in.readAllBytes()), scratch, Progress.SILENT)) {
      FileTree.Builder tree = new FileTree.Builder();
      for (FileTree.Entry entry : read.tree().entries()) {
        Inode inode = entry.inode();
        if (inode.content().isPresent()) {
          try (InputStream content = inode.content().get().open()) {
            inode = file(content.readAllBytes()).with(5, inode.xattrs());
          }
        }
        tree.put(entry.path(), change.apply(entry.path(), inode));
      }
      return tree.build();
    }
  }

  private static byte[] bytes(Inode inode) {
    try (InputStream in = inode.content().orElseThrow().open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "dirtree", "dirmeta"})
  void anObjectOfTheCommitThatIsCutOffIsRefused(String kind) throws IOException {
    FileTree tree =
        changed(
            (path, inode) ->
                path.endsWith(kind)
                    ? file(Arrays.copyOf(bytes(inode), Math.min(bytes(inode).length, 11)))
                    : inode);
    assertThatThrownBy(() -> OstreeRepository.unwrap(tree))
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessageMatching(
            "reading the OSTree object \"sysroot/ostree/repo/objects/[0-9a-f]{2}/[0-9a-f]{62}\\."
                + kind
                + "\": expected a GVariant: malformed at offset \\d+");
  }

  @Test
  void withoutTheObjectsOfDirectoriesTheyKeepWhatTheLayersSay() throws IOException {
    FileTree tree =
        changed((path, inode) -> inode).without(path -> path.matches(".*\\.(dirtree|dirmeta)"));
    assertThat(xattrs(OstreeRepository.unwrap(tree), "usr/lib")).isSameAs(Xattrs.EMPTY);
    FileTree other = changed((path, inode) -> inode).without(path -> path.endsWith(".dirtree"));
    assertThat(xattrs(OstreeRepository.unwrap(other), "usr/lib")).isSameAs(Xattrs.EMPTY);
  }

  @Test
  void ofSeveralCommitsNoneIsChosen() throws IOException {
    FileTree one = changed((path, inode) -> inode);
    FileTree.Builder two = new FileTree.Builder();
    one.entries().forEach(entry -> two.put(entry.path(), entry.inode()));
    two.put("sysroot/ostree/repo/objects/aa/bb.commit", file(new byte[200]));
    assertThat(xattrs(OstreeRepository.unwrap(one), "usr/lib").isEmpty()).isFalse();
    assertThat(xattrs(OstreeRepository.unwrap(two.build()), "usr/lib")).isSameAs(Xattrs.EMPTY);
  }

  /** A commit whose directories contain themselves: possible, as checksums are not compared. */
  @Test
  void aCommitThatLeadsOnForeverEnds() throws IOException {
    byte[][] lib = new byte[1][];
    changed(
        (path, inode) -> {
          if (path.endsWith(".dirtree") && bytes(inode).length == 72) {
            lib[0] = bytes(inode);
          }
          return inode;
        });
    FileTree tree = changed((path, inode) -> path.endsWith(".dirtree") ? file(lib[0]) : inode);
    assertThat(Listing.of(OstreeRepository.unwrap(tree))).contains("usr/lib/");
  }

  @Property
  void anyBytesAreDirectoriesOrRefused(@ForAll byte[] bytes) {
    try {
      for (OstreeVariants.Directory directory : OstreeVariants.directories(bytes)) {
        assertThat(directory.dirtree()).hasSize(64);
        assertThat(directory.dirmeta()).hasSize(64);
      }
      OstreeVariants.meta(bytes);
      OstreeVariants.root(bytes);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("malformed at offset \\d+|.*can't be named.*");
    }
  }

  private static Xattrs xattrs(FileTree tree, String path) {
    return tree.find(path).orElseThrow().xattrs();
  }

  @Test
  void anImageWithoutARepositoryIsNoOstreeImage() {
    FileTree tree =
        new FileTree.Builder()
            .put("sysroot/ostree", Inode.directory(0755, 0, 0, 0, Xattrs.EMPTY))
            .build();
    assertThat(OstreeRepository.isIn(tree)).isFalse();
  }

  @Test
  void attributesOfTheFileAndOfItsXattrsLinkAreJoined() throws IOException {
    Inode object = file(new byte[] {1}).with(5, Xattrs.of(Map.of("user.own", new byte[] {2})));
    FileTree tree =
        new FileTree.Builder()
            .put(OBJECT, object)
            .put(OBJECT + "-xattrs-link", file(hex(TWO_XATTRS)))
            .put("usr/bash", object)
            .put("usr/sh", object)
            .build();
    FileTree plain = OstreeRepository.unwrap(tree);
    assertThat(Listing.of(plain)).contains("usr/sh == usr/bash");
    Inode bash = plain.find("usr/bash").orElseThrow();
    assertThat(bash.xattrs())
        .hasToString(
            "{security.capability=0100000200200000000000000000000000000000,"
                + " user.component=62617368, user.own=02}");
    assertThat(bash.mtime()).isEqualTo(5);
  }

  @Test
  void aVariantMadeByGlibIsRead() {
    assertThat(OstreeVariants.xattrs(hex(TWO_XATTRS)).names())
        .containsExactly("security.capability", "user.component");
    assertThat(OstreeVariants.xattrs(new byte[0])).isSameAs(Xattrs.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // an end before the first element
        "01",
        "ff", // an end beyond the array
        "6100020304", // the pair's name ends beyond it
        "61620202", // a name without NUL
        "000101", // an empty name
        "6100020203", // ends that don't add up
        "610002ff04",
        "7573" // an end beyond the array
      })
  void aVariantThatIsMalformedIsRefused(String hex) {
    FileTree tree =
        new FileTree.Builder()
            .put(OBJECT, file(new byte[0]))
            .put(OBJECT + "-xattrs-link", file(hex(hex)))
            .build();
    assertThatThrownBy(() -> OstreeRepository.unwrap(tree))
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessageMatching(
            "reading the extended attributes of \""
                + OBJECT
                + "\": expected a GVariant of type a\\(ayay\\): malformed at offset \\d+");
  }

  @Test
  void aTooLongVariantIsRefused() {
    FileTree tree =
        new FileTree.Builder()
            .put(OBJECT, file(new byte[0]))
            .put(OBJECT + "-xattrs-link", file(new byte[(1 << 20) + 1]))
            .build();
    assertThatThrownBy(() -> OstreeRepository.unwrap(tree))
        .isExactlyInstanceOf(MalformedLayerException.class)
        .hasMessage(
            "reading the extended attributes of \""
                + OBJECT
                + "\": expected at most 1048576 bytes, got 1048577");
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    try {
      assertThat(OstreeVariants.xattrs(bytes).names()).doesNotContain("");
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("malformed at offset \\d+|.*can't be named.*");
    }
  }

  @Property
  void damagedVariantsAreReadOrRefused(@ForAll byte value, @ForAll int place) {
    byte[] bytes = hex(TWO_XATTRS);
    bytes[Math.floorMod(place, bytes.length)] = value;
    anyBytesAreReadOrRefused(bytes);
  }

  @Test
  void aFileHasAtMost1000Attributes() {
    assertThat(OstreeVariants.xattrs(variant(1000)).names()).hasSize(1000);
    assertThatThrownBy(() -> OstreeVariants.xattrs(variant(1001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("malformed at offset 8008");
  }

  /** Returns a GVariant with attributes without values, named by their numbers. */
  private static byte[] variant(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(10 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.put("%06d\0".formatted(i).getBytes(UTF_8)).put((byte) 7);
    }
    for (int i = 1; i <= count; i++) {
      bytes.putShort((short) (8 * i));
    }
    return bytes.array();
  }
}
