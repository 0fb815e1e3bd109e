package dev.varve.core.packages.pacman;

import static dev.varve.core.packages.RootFixture.file;
import static dev.varve.core.packages.pacman.PacmanRoot.LOCAL;
import static dev.varve.core.packages.pacman.PacmanRoot.description;
import static dev.varve.core.packages.pacman.PacmanRoot.gzip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacmanPackagesTest {
  private static final long BUILT = 1_735_689_600;
  private static final String P = "var/lib/pacman/local/p-1-1/";

  @TempDir private Path scratch;

  @Test
  void packagesAreReadInTheOrderOfTheirDirectories() throws IOException {
    assertThat(PacmanRoot.packages(PacmanRoot.read(scratch), scratch))
        .extracting(
            InstalledPackage::format,
            InstalledPackage::name,
            InstalledPackage::version,
            InstalledPackage::arch,
            InstalledPackage::source)
        .containsExactly(
            tuple(PackageFormat.PACMAN, "clash", "3.1-1.2", "any", "clash"),
            tuple(PackageFormat.PACMAN, "fraction", "1-1", "any", "fraction"),
            tuple(PackageFormat.PACMAN, "grows", "0.9-2", "any", "grows"),
            tuple(PackageFormat.PACMAN, "meta", "7-1", "any", "meta"),
            tuple(PackageFormat.PACMAN, "tools", "2:1.4-3", "x86_64", "tools-suite"));
  }

  @Test
  void theOnlyEntryOfAChangelogIsTheBuild() throws IOException {
    InstalledPackage tools = named("tools");
    assertThat(tools.buildTime()).isEqualTo(BUILT);
    assertThat(tools.changelogTimes()).containsExactly(BUILT);
  }

  @Test
  void filesHaveTheAttributesThatThePackageShipped() throws IOException {
    String three = "54e456c15943b8f9d2a4baccc5759584997e1bc63146c386123a1803d8461539";
    assertThat(named("tools").files())
        .containsExactly(
            shipped(
                "%FILES%",
                0100644, "bdb529e2b704ffb0987bd7a4aa08212faf219af60205808cd099783fd047c145"),
            shipped("etc", 0040755, ""),
            shipped(
                "etc/tools.conf",
                0100644,
                "694fce5e87dea3da27977dc7af55a864bf0dca292e4dd6afa2bd2a8cddd131ec"),
            shipped("usr", 0040755, ""),
            shipped("usr/bin", 0040755, ""),
            shipped("usr/bin/first", 0104755, three),
            shipped(
                "usr/bin/ping",
                0100644,
                "1146a4c81194d9a9eecfad4477d2c12dfc8e74d770ae855c7b840d9463930c9e"),
            shipped("usr/bin/second", 0104755, three),
            shipped("usr/share", 0040755, ""),
            shipped("usr/share/tools", 0040755, ""),
            shipped(
                "usr/share/tools/a b=c#d",
                0100644,
                "80a3ef2f5539b0a6b5ee045e2a1de83bfb38550da54aa4d60dc1b9526b4b0805"),
            shipped(
                "usr/share/tools/back\\slash",
                0100644,
                "2ec0cfe9c0f501021df290b9dbfdba6466bd5f8136d601b302705b87a74ada83"),
            shipped(
                "usr/share/tools/caf\uDCE9",
                0100644,
                "115e41e477697e4e191fec2b9b8d2161d1f4980bedff2cf7782cfa0a58269e9d"),
            shipped(
                "usr/share/tools/crème-brûlée",
                0100644,
                "72ef7765842795b68e6eade7a07ebb18187028917fe3e7db0535f4f2edfa8d23"),
            shipped("usr/share/tools/empty", 0041777, ""),
            shipped(
                "usr/share/tools/old",
                0100644,
                "01d09d19c2139a46aebfb577780d123d7396e97201bc7ead210a2ebff8239dee"),
            link("usr/share/tools/ping", "../bin/ping"),
            shipped("usr/share/tools/pipe", 0010644, ""),
            shipped("usr/share/tools/third", 0104755, three));
  }

  @Test
  void aNameThatIsNotUtf8KeepsItsBytes() throws IOException {
    assertThat(named("tools").files())
        .extracting(f -> LosslessUtf8.encode(f.path()))
        .contains("usr/share/tools/caf\u00e9".getBytes(ISO_8859_1));
  }

  @Test
  void anUpgradedPackageHasTheFilesOfItsNewVersion() throws IOException {
    assertThat(named("grows").files())
        .extracting(PackageFile::path)
        .containsExactly(
            "usr",
            "usr/share",
            "usr/share/grows",
            "usr/share/grows/kept",
            "usr/share/grows/release");
  }

  @Test
  void aPackageMayHaveNoFiles() throws IOException {
    assertThat(named("meta").files()).isEmpty();
  }

  @Test
  void theFractionOfATimeIsLeftOut() throws IOException {
    assertThat(named("fraction").files())
        .filteredOn(f -> f.path().equals("usr/share/fraction"))
        .extracting(PackageFile::mtime)
        .containsExactly(OptionalLong.of(1_700_000_000));
  }

  @Test
  void filesBelongToThePackageWhoseContentTheyHave() throws IOException {
    FileTree tree = PacmanRoot.read(scratch);
    PackageIndex.Builder builder = new PackageIndex.Builder(tree);
    for (InstalledPackage each : PacmanRoot.packages(tree, scratch)) {
      builder.add(each);
    }
    PackageIndex index = builder.build();
    assertThat(owner(tree, index, "usr/share/tools/old")).isEqualTo("pacman:clash");
    assertThat(owner(tree, index, "usr/share/tools/third")).isEqualTo("pacman:tools");
    assertThat(owner(tree, index, "usr/share/unowned")).isEmpty();
    assertThat(index.shippedMtime(tree.indexOf("usr/bin/ping"))).hasValue(BUILT);
    assertThat(index.shippedMtime(tree.indexOf("etc/tools.conf"))).isEmpty();
    assertThat(index.isUntimed(tree.indexOf("etc/tools.conf"))).isFalse();
    assertThat(builder.notices())
        .containsExactly(
            "1 path is owned by more than one package, /usr/share/tools/old; its owner is the"
                + " package whose content the file has");
  }

  private static String owner(FileTree tree, PackageIndex index, String path) {
    return index.owner(tree.indexOf(path)).map(p -> p.component()).orElse("");
  }

  @Test
  void filesOfTheDatabaseBelongToTheirPackageUnlessTheyChangeInEveryBuild() throws IOException {
    FileTree tree =
        image(P)
            .put(P + "mtree", file(""))
            .put(P + "install", file(""))
            .put(P + "x", file(""))
            .build();
    List<PackageFile> files = new ArrayList<>();
    PacmanPackages.find(tree, scratch)
        .orElseThrow()
        .read(p -> files.addAll(p.files()), problem -> {});
    assertThat(files)
        .containsExactly(
            new PackageFile(P + "files"),
            new PackageFile(P + "install"),
            new PackageFile(P + "mtree"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/sysimage/lib/pacman",
        "usr/lib/sysimage/pacman",
        "usr/lib/pacman",
        "usr/lib/holo/pacmandb",
        "usr/share/factory/var/lib/pacman",
        "var/lib/pacman"
      })
  void theDatabaseIsFoundInEachDirectory(String directory) throws IOException {
    assertThat(titleOf(image(directory + "/local/p-1-1/")))
        .isEqualTo("the pacman database /" + directory + "/local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc/pacman.conf", "usr/etc/pacman.conf"})
  void theDatabaseIsFirstLookedForWhereTheConfigurationHasIt(String path) throws IOException {
    FileTree.Builder image =
        image("usr/lib/pacman/local/p-1-1/")
            .put("srv/pacman/local/q-1-1/desc", file(description("q")))
            .put(path, file("[options]\n#DBPath = /usr/lib/pacman\n  DBPath=/srv/pacman/\n"));
    assertThat(titleOf(image)).isEqualTo("the pacman database /srv/pacman/local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DBPath = /missing\n", "DBPath =\n", "DBPath = /../..//\n", "DBPath\n"})
  void aConfigurationThatNamesNoDatabaseIsIgnored(String config) throws IOException {
    assertThat(titleOf(image(P).put("etc/pacman.conf", file(config))))
        .isEqualTo("the pacman database /var/lib/pacman/local");
  }

  @Test
  void aConfigurationThatIsTooLongIsIgnored() throws IOException {
    String config = "#\n".repeat(1 << 20) + "DBPath = /srv/pacman\n";
    FileTree.Builder image =
        image(P)
            .put("srv/pacman/local/q-1-1/desc", file(description("q")))
            .put("etc/pacman.conf", file(config));
    assertThat(titleOf(image)).isEqualTo("the pacman database /var/lib/pacman/local");
  }

  @Test
  void symbolicLinksToTheDatabaseAreFollowed() throws IOException {
    FileTree.Builder image =
        image("srv/db/local/p-1-1/")
            .put("var/lib/pacman", Inode.symlink(0777, 0, 0, 7, Xattrs.EMPTY, "../../srv/db"));
    assertThat(titleOf(image)).isEqualTo("the pacman database /srv/db/local");
  }

  @Test
  void aDirectoryWithoutPackagesIsNoDatabase() throws IOException {
    FileTree tree =
        new FileTree.Builder().put("var/lib/pacman/local/ALPM_DB_VERSION", file("9\n")).build();
    assertThat(PacmanPackages.find(tree, scratch)).isEmpty();
  }

  @Test
  void aMissingMtreeLeavesAttributesUnknown() throws IOException {
    FileTree tree = PacmanRoot.read(scratch).without(path -> path.endsWith("/mtree"));
    List<InstalledPackage> packages = PacmanRoot.packages(tree, scratch);
    assertThat(packages).hasSize(5);
    assertThat(packages.get(4).files())
        .hasSize(19)
        .allSatisfy(f -> assertThat(f).isEqualTo(new PackageFile(f.path())));
  }

  @Test
  void aDamagedMtreeLeavesAttributesUnknown() throws IOException {
    String path = LOCAL + "/tools-2:1.4-3/mtree";
    FileTree tree = PacmanRoot.read(scratch);
    byte[] mtree = RootFixture.bytes(tree, path);
    List<String> leftOut = new ArrayList<>();
    for (int length = 0; length < mtree.length; length++) {
      byte[] cut = Arrays.copyOf(mtree, length);
      FileTree damaged = tree.map((at, inode) -> at.equals(path) ? file(cut) : inode);
      assertThat(PacmanRoot.packages(damaged, scratch, leftOut::add).get(4).files())
          .hasSize(19)
          .allSatisfy(f -> assertThat(f).isEqualTo(new PackageFile(f.path())));
    }
    assertThat(leftOut).isEmpty();
  }

  @Test
  void anMtreeMayBePlainText() throws IOException {
    FileTree.Builder image =
        image(P)
            .put(P + "files", file("%FILES%\na\n"))
            .put(P + "mtree", file("./a type=dir mode=700 time=3.0\n"));
    assertThat(only(image).files())
        .containsExactly(
            new PackageFile(
                "a",
                OptionalInt.of(0040700),
                "",
                "",
                OptionalLong.of(3),
                Optional.empty(),
                "",
                ""));
  }

  @Test
  void anMtreeThatIsTooLongLeavesAttributesUnknown() throws IOException {
    byte[] line = "./a type=dir mode=700 time=3.0\n".getBytes(UTF_8);
    byte[] block = new byte[line.length << 15];
    for (int i = 0; i < block.length; i += line.length) {
      System.arraycopy(line, 0, block, i, line.length);
    }
    byte[] member = gzip(block);
    int members = (256 << 20) / block.length + 1;
    byte[] bomb = new byte[member.length * members];
    for (int i = 0; i < members; i++) {
      System.arraycopy(member, 0, bomb, i * member.length, member.length);
    }
    FileTree.Builder image =
        image(P).put(P + "files", file("%FILES%\na\n")).put(P + "mtree", file(bomb));
    assertThat(only(image).files()).containsExactly(new PackageFile("a"));
  }

  @Test
  void pathsThatNoImageHasAreLeftOut() throws IOException {
    String deep = "d/".repeat(2048) + "x";
    FileTree.Builder image =
        image(P)
            .put(
                P + "files",
                file("%FILES%\n/\n/a\n./a\na/../b\na//b\n" + deep + "\na/b\na/b\n\na\n%X%\n"));
    assertThat(only(image).files()).containsExactly(new PackageFile("a/b"));
  }

  @Test
  void aPackageWithoutEpochArchitectureOrBuildDateHasNone() throws IOException {
    InstalledPackage p =
        only(
            image(P)
                .put(P + "desc", file("%NAME%\np\n\n%VERSION%\n0:1-1\n\n%BUILDDATE%\nMonday\n")));
    assertThat(p.version()).isEqualTo("1-1");
    assertThat(p.arch()).isEmpty();
    assertThat(p.source()).isEmpty();
    assertThat(p.buildTime()).isZero();
    assertThat(p.changelogTimes()).isEmpty();
  }

  @Test
  void aPackageWithoutANameIsLeftOut() throws IOException {
    assertLeftOut(
        image(P).put(P + "desc", file("%VERSION%\n1-1\n")),
        "/" + P + "desc: expected a section %NAME%, got none");
  }

  @Test
  void aPackageWithoutADescriptionIsLeftOut() throws IOException {
    FileTree.Builder image = image(P).remove(P + "desc");
    assertLeftOut(image, "/" + P + "desc: expected a file, got none");
  }

  @Test
  void aPackageWithoutAListOfFilesIsLeftOut() throws IOException {
    FileTree.Builder image = image(P).remove(P + "files");
    assertLeftOut(image, "/" + P + "files: expected a file, got none");
  }

  @Test
  void aPackageWithAnEndlessLineIsLeftOut() throws IOException {
    FileTree.Builder image =
        image(P).put(P + "files", file("%FILES%\na\n" + "x".repeat(1 << 21) + "\n"));
    assertLeftOut(image, "/" + P + "files, line 3: expected at most 1,048,576 bytes, got more");
  }

  @Test
  void aPackageWithATooLongDescriptionIsLeftOut() throws IOException {
    FileTree.Builder image = image(P).put(P + "desc", file("%DESC%\n".repeat(1 << 18)));
    List<String> leftOut = new ArrayList<>();
    image.put("var/lib/pacman/local/q-1-1/desc", file(description("q")));
    image.put("var/lib/pacman/local/q-1-1/files", file(""));
    assertThat(PacmanRoot.packages(image.build(), scratch, leftOut::add)).hasSize(1);
    assertThat(leftOut)
        .hasSize(1)
        .allMatch(
            problem -> problem.endsWith("expected a file of at most 1,048,576 bytes, got more"));
  }

  @Test
  void aPackageWithTooManyFilesIsLeftOut() throws IOException {
    String files =
        IntStream.rangeClosed(0, 1_000_000)
            .mapToObj(i -> Integer.toString(i, 36))
            .collect(Collectors.joining("\n", "%FILES%\n", "\n"));
    assertLeftOut(
        image(P).put(P + "files", file(files)),
        "/" + P + "files: expected at most 1,000,000 files, got more");
  }

  @Test
  void aDatabaseWithoutAnyPackageThatCanBeReadIsRefused() {
    FileTree tree = image(P).remove(P + "desc").build();
    assertThatThrownBy(() -> PacmanRoot.packages(tree, scratch))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessage(
            "reading the pacman database /var/lib/pacman/local: none of its packages can be read; /"
                + P
                + "desc: expected a file, got none; run `pacman -Dk` in the image's build to see"
                + " whether pacman can read the database");
  }

  @Test
  void filesThatManyPackagesShareAreRefused() {
    Inode shared = file("%FILES%\n" + "a\n".repeat(1000));
    FileTree.Builder image = new FileTree.Builder();
    for (int i = 10; i < 30; i++) {
      image.put("local/p-1-" + i + "/desc", file(description("p")));
      image.put("local/p-1-" + i + "/files", shared);
    }
    List<InstalledPackage> read = new ArrayList<>();
    assertThatThrownBy(
            () -> new PacmanPackages(image.build(), "local", 10_000).read(read::add, x -> {}))
        .isInstanceOf(UnreadablePackageDatabaseException.class)
        .hasMessageStartingWith(
            "reading the pacman database /local: expected files of at most 10,000 bytes in all,"
                + " got more; ");
    assertThat(read).hasSize(4);
  }

  @Test
  void anExceptionOfTheConsumerIsThrownUnchanged() throws IOException {
    PackageDatabase database = PacmanPackages.find(PacmanRoot.read(scratch), scratch).orElseThrow();
    assertThatThrownBy(
            () ->
                database.read(
                    p -> {
                      throw new NoSuchElementException(p.name());
                    },
                    problem -> {}))
        .isExactlyInstanceOf(NoSuchElementException.class)
        .hasMessage("clash");
  }

  private static FileTree.Builder image(String directory) {
    return new FileTree.Builder()
        .put(directory + "desc", file(description("p")))
        .put(directory + "files", file(""));
  }

  private String titleOf(FileTree.Builder image) throws IOException {
    return PacmanPackages.find(image.build(), scratch).orElseThrow().title();
  }

  private InstalledPackage only(FileTree.Builder image) throws IOException {
    List<InstalledPackage> packages = PacmanRoot.packages(image.build(), scratch);
    assertThat(packages).hasSize(1);
    return packages.get(0);
  }

  /** Asserts that only the bad package is left out, and the packages before and after are read. */
  private void assertLeftOut(FileTree.Builder image, String problem) throws IOException {
    for (String name : List.of("before", "z-after")) {
      image.put("var/lib/pacman/local/" + name + "-1-1/desc", file(description(name)));
      image.put("var/lib/pacman/local/" + name + "-1-1/files", file(""));
    }
    List<String> leftOut = new ArrayList<>();
    assertThat(PacmanRoot.packages(image.build(), scratch, leftOut::add))
        .extracting(InstalledPackage::name)
        .containsExactly("before", "z-after");
    assertThat(leftOut).containsExactly(problem);
  }

  private InstalledPackage named(String name) throws IOException {
    return PacmanRoot.packages(PacmanRoot.read(scratch), scratch).stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static PackageFile shipped(String path, int mode, String sha256) {
    return new PackageFile(
        path,
        OptionalInt.of(mode),
        "0",
        "0",
        OptionalLong.of(BUILT),
        FileDigest.of(Algorithm.SHA256, sha256),
        "",
        "");
  }

  private static PackageFile link(String path, String target) {
    return new PackageFile(
        path,
        OptionalInt.of(0120777),
        "0",
        "0",
        OptionalLong.of(BUILT),
        Optional.empty(),
        target,
        "");
  }
}
