package dev.varve.core.filetree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.bytes.Progress;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
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
              "usr/lib/tool == usr/bin/tool");
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
    assertThat(OstreeRepository.parse(hex(TWO_XATTRS)).names())
        .containsExactly("security.capability", "user.component");
    assertThat(OstreeRepository.parse(new byte[0])).isSameAs(Xattrs.EMPTY);
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
      assertThat(OstreeRepository.parse(bytes).names()).doesNotContain("");
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
}
