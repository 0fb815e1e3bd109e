package dev.varve.core.packages.apk;

import static dev.varve.core.packages.RootFixture.file;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.packages.RootFixture;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApkPackagesTest {
  static final Path ARCHIVE = Path.of("src/test/fixtures/apk/root.tar.gz");
  static final Path LIBRARY = Path.of("src/test/fixtures/apk/library.tar.gz");
  static final String DATABASE = "usr/lib/apk/db/installed";
  private static final long BUILT = 1_735_689_600;

  @TempDir private Path scratch;

  @Test
  void packagesAreReadInTheOrderOfTheDatabase() throws IOException {
    assertThat(packages(RootFixture.read(ARCHIVE, scratch), problem -> {}))
        .extracting(
            InstalledPackage::format,
            InstalledPackage::name,
            InstalledPackage::version,
            InstalledPackage::arch,
            InstalledPackage::source)
        .containsExactly(
            tuple(PackageFormat.APK, "baselayout", "20230201-r23", "x86_64", "baselayout"),
            tuple(PackageFormat.APK, "tools", "1.4_rc2-r3", "x86_64", "tools-suite"),
            tuple(PackageFormat.APK, "new", "3-r0", "x86_64", "new"),
            tuple(PackageFormat.APK, "whole", "1-r0", "noarch", "whole"),
            tuple(PackageFormat.APK, "meta", "7-r1", "noarch", "meta"));
  }

  @Test
  void theOnlyEntryOfAChangelogIsTheBuild() throws IOException {
    assertThat(named("tools").buildTime()).isEqualTo(BUILT);
    assertThat(named("tools").changelogTimes()).containsExactly(BUILT);
  }

  @Test
  void filesHaveTheAttributesThatTheDatabaseKnows() throws IOException {
    assertThat(named("tools").files())
        .containsExactly(
            directory("bin", 0755, "0"),
            regular("bin/ping", "0", "8f0a4b87c92ba6f198c7166fba5c5734656f30e3"),
            directory("usr", 0755, "0"),
            directory("usr/share", 0755, "0"),
            directory("usr/share/tools", 0750, "12"),
            regular("usr/share/tools/a b:c", "12", "07b5fa755b79e8c578a270d8cda41700c9e0e46b"),
            regular("usr/share/tools/crème", "0", "8fa46174996cae443634c729a639ba15b6ba5010"),
            regular("usr/share/tools/caf\uDCE9", "0", "420c7518133a29d275278d50bc0ef6260ef4bc87"),
            regular("usr/share/tools/ping", "0", "49d6513826e78ea83a34c44a88a5ea36e7c017b2"),
            regular("usr/share/tools/changed", "0", "7f1c663230e1ea278a0c3aff891ab334e85f24f8"));
  }

  @Test
  void filesOfTheRootHaveNoDirectory() throws IOException {
    assertThat(named("baselayout").files())
        .extracting(PackageFile::path, PackageFile::mode)
        .containsExactly(
            tuple("bin", OptionalInt.empty()),
            tuple("lib", OptionalInt.empty()),
            tuple("root", OptionalInt.of(0040700)),
            tuple("tmp", OptionalInt.of(0041777)),
            tuple("usr", OptionalInt.of(0040755)),
            tuple("usr/bin", OptionalInt.of(0040755)),
            tuple("usr/lib", OptionalInt.of(0040755)));
  }

  @Test
  void aDigestOfApk3IsTheStartOfASha256() throws IOException {
    assertThat(last("new").digest())
        .isEqualTo(FileDigest.of(Algorithm.SHA256_160, "7aa7a5359173d05b63cfd682e3c38487f3cb4f7f"));
    assertThat(last("whole").digest())
        .isEqualTo(
            FileDigest.of(
                Algorithm.SHA256,
                "3661291e28107bb940142d346bdb3a86da68415ae7fe451374d403c6037b9fa5"));
  }

  /** Files in the fixture are as shipped, but for one, and hard links have no digests. */
  @Test
  void digestsAreThoseOfFilesThatTheLibraryOfWolfiInstalled() throws Exception {
    FileTree tree = RootFixture.read(LIBRARY, scratch);
    List<String> shipped = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (InstalledPackage each : packages(tree, problem -> {})) {
      for (PackageFile file : each.files()) {
        if (file.digest().isPresent() && tree.file(file.path()).isPresent()) {
          boolean same = file.digest().equals(sha1(RootFixture.bytes(tree, file.path())));
          (same ? shipped : changed).add(file.path());
        }
      }
    }
    assertThat(changed).containsExactly("usr/share/tools/changed");
    assertThat(shipped)
        .containsExactly(
            "usr/bin/mount",
            "usr/bin/ping",
            "usr/share/tools/a b:c",
            "usr/share/tools/crème",
            "usr/share/tools/taken",
            "etc/other.conf");
  }

  @Test
  void aPackageMayHaveNoFiles() throws IOException {
    assertThat(named("meta").files()).isEmpty();
  }

  @Test
  void aNameThatIsNotUtf8KeepsItsBytes() throws IOException {
    assertThat(named("tools").files())
        .extracting(f -> LosslessUtf8.encode(f.path()))
        .contains("usr/share/tools/caf\u00e9".getBytes(ISO_8859_1));
  }

  @Test
  void filesThatMovedWithTheirDirectoryKeepTheirOwner() throws IOException {
    FileTree tree = RootFixture.read(ARCHIVE, scratch);
    PackageIndex.Builder builder = new PackageIndex.Builder(tree);
    for (InstalledPackage each : packages(tree, problem -> {})) {
      builder.add(each);
    }
    PackageIndex index = builder.build();
    int ping = tree.indexOf("usr/bin/ping");
    assertThat(index.owner(ping).orElseThrow().component()).isEqualTo("apk:tools");
    assertThat(index.isUntimed(ping)).isTrue();
    assertThat(index.shippedMtime(ping)).isEmpty();
    assertThat(index.owner(tree.indexOf("usr/share/unowned"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lib/apk/db/installed", DATABASE})
  void theDatabaseIsFoundAtEachPath(String path) throws IOException {
    FileTree tree = new FileTree.Builder().put(path, file("P:p\nV:1\n")).build();
    assertThat(ApkPackages.find(tree, scratch).orElseThrow().title())
        .isEqualTo("the apk database /" + path);
    assertThat(packages(tree, problem -> {})).hasSize(1);
  }

  @Test
  void aLinkToTheDatabaseIsFollowed() {
    FileTree tree =
        new FileTree.Builder()
            .put("lib", Inode.symlink(0777, 0, 0, 7, Xattrs.EMPTY, "usr/lib"))
            .put(DATABASE, file(""))
            .build();
    assertThat(ApkPackages.find(tree, scratch).orElseThrow().title())
        .isEqualTo("the apk database /" + DATABASE);
  }

  @Test
  void anImageWithoutTheFileHasNoDatabase() {
    assertThat(ApkPackages.find(new FileTree.Builder().build(), scratch)).isEmpty();
  }

  @Test
  void anEmptyDatabaseHasNoPackages() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n\n\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Q1jwpLh8krpvGYxxZvulxXNGVvMOM=, SHA1, 8f0a4b87c92ba6f198c7166fba5c5734656f30e3",
    "X18f0a4b87c92ba6f198c7166fba5c5734656f30e3, SHA1, 8f0a4b87c92ba6f198c7166fba5c5734656f30e3",
    "d41d8cd98f00b204e9800998ecf8427e, MD5, d41d8cd98f00b204e9800998ecf8427e"
  })
  void aDigestHasOneOfSeveralForms(String text, Algorithm algorithm, String hex)
      throws IOException {
    assertThat(read("P:p\nV:1\nF:\nR:a\nZ:" + text + "\n").get(0).files().get(0).digest())
        .isEqualTo(FileDigest.of(algorithm, hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Q", "Q1", "Q1!", "Q1AAAA", "Q3AAAA", "X1zz", "Q1jwpLh8krpvGYxxZ"})
  void aDigestThatCannotBeReadIsUnknown(String text) throws IOException {
    PackageFile a = read("P:p\nV:1\nF:\nR:a\nZ:" + text + "\n").get(0).files().get(0);
    assertThat(a.digest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0:0:17777", "0:0:8", "0:0", "root:root:755", "", "0:0:-1", ":::"})
  void aModeThatCannotBeReadIsUnknown(String access) throws IOException {
    assertThat(read("P:p\nV:1\nF:d\nM:" + access + "\n").get(0).files().get(0).mode()).isEmpty();
  }

  @Test
  void pathsThatNoImageHasAreLeftOut() throws IOException {
    String text =
        "P:p\nV:1\nR:before\nF:../d\nR:a\nF:/d\nF:d/\nR:b\nR:../c\nR:\nF:"
            + "d/".repeat(2049)
            + "\nR:deep\n";
    assertThat(read(text).get(0).files())
        .extracting(PackageFile::path)
        .containsExactly("before", "d", "d/b");
  }

  @Test
  void aPackageWithoutATimeOrArchitectureHasNone() throws IOException {
    InstalledPackage p = read("P:p\nV:1\nt:Monday\n").get(0);
    assertThat(p.buildTime()).isZero();
    assertThat(p.changelogTimes()).isEmpty();
    assertThat(p.arch()).isEmpty();
    assertThat(p.source()).isEmpty();
  }

  @Test
  void aPackageWithoutAVersionIsLeftOut() throws IOException {
    assertLeftOut("P:p\nA:x\n", "package \"p\": expected a name (P:) and a version (V:), got \"\"");
  }

  @Test
  void aPackageWithALineOfAnotherFormIsLeftOut() throws IOException {
    assertLeftOut(
        "P:p\nV:1\nwhat\nF:d\n",
        "package p: /" + DATABASE + ", line 6: expected a letter and a colon");
  }

  @Test
  void aPackageWithTooManyFilesIsLeftOut() throws IOException {
    assertLeftOut(
        "P:p\nV:1\nF:d\n" + "R:a\n".repeat(1_000_001),
        "package p: /" + DATABASE + ", line 1000007: expected at most 1,000,000 files, got more");
  }

  @Test
  void aPackageWithLongPathsIsLeftOut() throws IOException {
    assertLeftOut(
        "P:p\nV:1\nF:" + "d".repeat(4000) + "\n" + "R:a\n".repeat(20_000),
        "package p: /"
            + DATABASE
            + ", line 16774: expected paths of at most 67,108,864 characters in all");
  }

  @Test
  void anEndlessLineIsRefused() {
    assertThatThrownBy(() -> read("P:p\nV:1\n\nP:" + "x".repeat(1 << 20) + "\n"))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessage(
            "reading the apk database /"
                + DATABASE
                + ": /"
                + DATABASE
                + ", line 4: expected at most 1,048,576 bytes, got more; run `apk info` in the"
                + " image's build to see whether apk can read the database");
  }

  @Test
  void aDatabaseWithoutAnyPackageThatCanBeReadIsRefused() {
    assertThatThrownBy(() -> read("garbage\n"))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith(
            "reading the apk database /"
                + DATABASE
                + ": none of its packages can be read; /"
                + DATABASE
                + ", line 1: expected a letter and a colon; ");
  }

  @Test
  void anExceptionOfTheConsumerIsThrownUnchanged() throws IOException {
    PackageDatabase database =
        ApkPackages.find(RootFixture.read(ARCHIVE, scratch), scratch).orElseThrow();
    assertThatThrownBy(
            () ->
                database.read(
                    p -> {
                      throw new NoSuchElementException(p.name());
                    },
                    problem -> {}))
        .isExactlyInstanceOf(NoSuchElementException.class)
        .hasMessage("baselayout");
  }

  private List<InstalledPackage> read(String database) throws IOException {
    return packages(new FileTree.Builder().put(DATABASE, file(database)).build(), problem -> {});
  }

  private List<InstalledPackage> packages(FileTree tree, Consumer<String> leftOut)
      throws IOException {
    List<InstalledPackage> packages = new ArrayList<>();
    ApkPackages.find(tree, scratch).orElseThrow().read(packages::add, leftOut);
    return packages;
  }

  /** Asserts that only the bad package is left out, and the packages before and after are read. */
  private void assertLeftOut(String bad, String problem) throws IOException {
    String database = "P:before\nV:1\n\n" + bad + "\nP:after\nV:1\n";
    List<String> leftOut = new ArrayList<>();
    FileTree tree = new FileTree.Builder().put(DATABASE, file(database)).build();
    assertThat(packages(tree, leftOut::add))
        .extracting(InstalledPackage::name)
        .containsExactly("before", "after");
    assertThat(leftOut).containsExactly(problem);
  }

  private static Optional<FileDigest> sha1(byte[] bytes) throws NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes);
    return FileDigest.of(Algorithm.SHA1, HexFormat.of().formatHex(digest));
  }

  private InstalledPackage named(String name) throws IOException {
    return packages(RootFixture.read(ARCHIVE, scratch), problem -> {}).stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private PackageFile last(String name) throws IOException {
    List<PackageFile> files = named(name).files();
    return files.get(files.size() - 1);
  }

  private static PackageFile directory(String path, int mode, String user) {
    return known(path, OptionalInt.of(0040000 | mode), user, Optional.empty());
  }

  private static PackageFile regular(String path, String user, String sha1) {
    return known(path, OptionalInt.empty(), user, FileDigest.of(Algorithm.SHA1, sha1));
  }

  private static PackageFile known(
      String path, OptionalInt mode, String user, Optional<FileDigest> digest) {
    return new PackageFile(path, mode, user, user, OptionalLong.empty(), digest, "", "");
  }
}
