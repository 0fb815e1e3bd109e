package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the page of limits has the numbers of the code. */
final class DocumentedLimitsTest {
  private static final String PAGE = "docs/reference/limits.md";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "core.image.Manifest.MAX_BYTES | 4194304 | manifest or index | 4 MiB",
        "core.image.PlatformSearch.MAX_DEPTH | 4 | index of an index, of an index … | 4 levels",
        "core.image.BlobSource.MAX_CONFIG_BYTES | 33554432 | config of an image; `index.json` of a layout | 32 MiB",
        "core.state.PublishedImage.MAX_STATE | 16777216 | state of an image, decompressed | 16 MiB",
        "core.plan.Groups.MAX_CHARACTERS | 1048576 | groups file | 1,048,576 characters",
        "core.signing.SignatureAttachment.MAX_PAYLOAD | 1048576 | payload of a signature | 1 MiB",
        "core.signing.SignatureBundle.MAX_BYTES | 8388608 | Sigstore bundle | 8 MiB",
        "registry.signing.Signatures.MAX_CONFIG | 4194304 | config of a manifest with signatures | 4 MiB",
        "core.filetree.LayerLimits.CONTENTS | 1073741824 | files of a layer in the scratch directory | 1 GiB",
        "core.filetree.LayerLimits.RATIO | 300 | files of a layer in the scratch directory | 1 GiB, or 300 times",
        "core.filetree.LayerLimits.SIZE | 68719476736 | all layers together, uncompressed | 64 GiB",
        "core.compress.Decompression.MAX_WINDOW_LOG | 29 | zstd window | 512 MiB",
        "core.filetree.Layer.MAX_PATH | 4096 | path, and target of a link | 4,096 characters",
        "core.tar.TarReader.MAX_NAME | 65536 | long name in a tar | 64 KiB",
        "core.tar.PaxRecords.MAX_BYTES | 1048576 | PAX headers of a file, or global ones of an archive | 1 MiB",
        "core.tar.PaxRecords.MAX_GLOBAL | 256 | records of global PAX headers | 256",
        "core.tar.Header.MAX_SIZE | 1125899906842624 | size of a file | 1 PiB",
        "core.tar.SparseMap.MAX_RUNS | 1048576 | parts of a sparse file | 1,048,576",
        "core.filetree.FileTree.MAX_SYMLINKS | 40 | symbolic links followed in a path | 40",
        "core.layout.ArchiveFiles.MAX_LINKS | 8 | symbolic links followed in an archive of an image | 8",
        "core.filetree.OstreeRepository.MAX_XATTRS | 1048576 | extended attributes of a file in an OSTree repository | 1 MiB",
        "core.filetree.OstreeVariants.MAX_XATTRS | 1000 | extended attributes of a file in an OSTree repository | 1 MiB, 1,000 attributes",
        "core.boot.CommandLines.MAX_LENGTH | 65536 | command line in a kernel image | 64 KiB",
        "core.boot.CommandLines.MAX_SECTIONS | 96 | command line in a kernel image | 64 KiB, in one of the first 96 sections",
        "core.packages.rpm.HeaderReader.MAX_HEADER | 67108864 | header of a package | 64 MiB",
        "core.packages.rpm.RpmHeader.MAX_ENTRIES | 65535 | header of a package | 64 MiB, 65,535 entries",
        "core.packages.rpm.RpmHeader.MAX_ELEMENTS | 1000000 | header of a package | 64 MiB, 65,535 entries, 1,000,000 elements",
        "core.packages.rpm.RpmPackage.MAX_PATH_CHARS | 67108864 | paths of a package's files together | 67,108,864 characters",
        "core.packages.rpm.HeaderReader.MAX_HEADERS | 1000000 | headers in NDB or Berkeley DB | 1,000,000",
        "core.packages.rpm.SqliteHeaders.MIN_STEPS | 1000000 | steps of SQLite | 1,000,000",
        "core.packages.dpkg.ImageFiles.MAX_FILE | 67108864 | `status`, `diversions`, list or changelog, also decompressed | 64 MiB",
        "core.packages.dpkg.ImageFiles.MAX_ALL | 1073741824 | all of them that are read, decompressed | 1 GiB",
        "core.packages.dpkg.FileList.MAX_FILES | 1000000 | files of a package | 1,000,000",
        "core.packages.dpkg.DpkgPackages.MAX_STANZAS | 100000 | stanzas of packages | 100,000",
        "core.packages.dpkg.StanzaReader.MAX_CONFFILES | 100000 | configuration files of a package; diversions | 100,000",
        "core.packages.dpkg.Diversions.MAX_DIVERSIONS | 100000 | configuration files of a package; diversions | 100,000",
        "core.packages.dpkg.Changelog.MAX_ENTRIES | 1000 | entries of a changelog that are read | 1,000",
        "core.packages.dpkg.Changelog.MAX_AGE | 94867200 | entries of a changelog that are read | 1,000, of the three years",
        "core.packages.DatabaseLines.MAX_LINE | 1048576 | line | 1 MiB",
        "core.packages.pacman.PacmanPackage.MAX_DESCRIPTION | 1048576 | `desc` of a package | 1 MiB",
        "core.packages.pacman.PacmanPackage.MAX_LIST | 67108864 | `files` of a package | 64 MiB",
        "core.packages.pacman.PacmanPackage.MAX_FILES | 1000000 | `files` of a package | 64 MiB, 1,000,000 paths",
        "core.packages.pacman.PacmanPackage.MAX_COMPRESSED_MTREE | 67108864 | `mtree` of a package | 64 MiB compressed",
        "core.packages.pacman.PacmanPackage.MAX_MTREE | 268435456 | `mtree` of a package | 64 MiB compressed, 256 MiB decompressed",
        "core.packages.pacman.PacmanPackage.MAX_PATH | 4096 | path of a file | 4,096 characters",
        "core.packages.pacman.PacmanPackages.MAX_BYTES | 1073741824 | all files of the database together, decompressed | 1 GiB",
        "core.packages.pacman.PacmanLocation.MAX_CONFIG | 1048576 | `pacman.conf` | 1 MiB",
        "core.packages.apk.ApkPackages.MAX_BYTES | 1073741824 | `installed` | 1 GiB, 1 MiB a line",
        "core.packages.apk.ApkRecord.MAX_FILES | 1000000 | files of a package in the apk database | 1,000,000",
        "core.packages.apk.ApkRecord.MAX_PATH_CHARS | 67108864 | paths of a package's files in the apk database together | 67,108,864 characters",
        "core.packages.apk.ApkRecord.MAX_PATH | 4096 | path of a file | 4,096 characters",
        "core.tardiff.TarDiffReader.MORE | 1073741824 | operations of a tar-diff, decompressed | 1 GiB more",
        "core.tardiff.Operation.MAX_IN_MEMORY | 104857600 | differences, or a zstd patch, of one operation | 100 MiB",
        "core.compress.ZstdPatch.MAX_SIZE | 536870912 | source of a zstd patch | 512 MiB",
        "core.tardiff.SourcePath.MAX_LENGTH | 4096 | path of a source | 4,096 bytes",
        "registry.name.ImageName.LONGEST | 1024 | name of an image | 1,024 characters",
        "registry.http.wire.ApacheTransport.LONGEST_LINE | 65536 | header | 64 KiB a line",
        "registry.Links.MOST_CHARACTERS | 8192 | header `Link` | 8,192 characters",
        "registry.TagList.MOST_BYTES | 67108864 | page of tags | 64 MiB",
        "registry.TagList.MOST_TAGS | 500000 | tags | 500,000",
        "registry.Links.MOST_PAGES | 2000 | pages of a listing | 2,000",
        "registry.endpoint.Tokens.MOST_BYTES | 1048576 | token, answer of the transparency log | 1 MiB",
        "registry.signing.TransparencyLog.MOST_BYTES | 1048576 | token, answer of the transparency log | 1 MiB",
        "registry.endpoint.Tokens.LONGEST_SECONDS | 86400 | life of a token | 1 day",
        "registry.endpoint.Refusal.MOST_BYTES | 65536 | error, of which 300 characters are shown | 64 KiB",
        "registry.http.Route.MOST_REDIRECTS | 5 | redirects of a request | 5",
        "registry.http.wire.ApacheTransport.CONNECT_MILLIS | 20000 | time to connect | 20 s"
      })
  void aLimitIsThatOfTheCode(String constant, long value, String what, String limit)
      throws ReflectiveOperationException, java.io.IOException {
    int dot = constant.lastIndexOf('.');
    Field field =
        Class.forName("dev.varve." + constant.substring(0, dot))
            .getDeclaredField(constant.substring(dot + 1));
    field.setAccessible(true);

    assertThat(((Number) field.get(null)).longValue()).isEqualTo(value);
    assertThat(Documents.lines(PAGE))
        .anyMatch(line -> line.startsWith("| " + what + " | " + limit));
  }
}
