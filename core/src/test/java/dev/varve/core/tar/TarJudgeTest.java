package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.tar.Archives.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that {@link TarWriter} wrote, read by GNU tar, bsdtar and Python. */
@Tag("judge")
final class TarJudgeTest {
  private static final String LONG = "n".repeat(150);
  private static final String DEEP = "p".repeat(80) + "/" + "q".repeat(80);
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    TarEntry xattrs =
        Archives.withXattrs(
            Archives.entry("xattrs", TarEntry.Type.FILE, 1, ""),
            Map.of(
                "security.capability", CAPABILITY,
                "user.bytes", new byte[] {'a', '\n', '=', 0, (byte) 0xff},
                "user.empty", new byte[0]));
    TarEntry numbers =
        new TarEntry(
            "numbers",
            TarEntry.Type.FILE,
            04711,
            4_000_000_000L,
            3_000_000,
            0,
            -100,
            0,
            "",
            Xattrs.EMPTY,
            0,
            0);
    TarEntry device =
        new TarEntry(
            "null", TarEntry.Type.CHARACTER_DEVICE, 0666, 0, 0, 0, 0, 0, "", Xattrs.EMPTY, 1, 3);
    byte[] archive =
        Archives.write(
            Archives.directory(""),
            Archives.file(LONG, "long"),
            Archives.directory(DEEP),
            Archives.file(DEEP + "/file", "deep"),
            Archives.file("grüße", "umlaut"),
            Archives.file("caf\udce9", "bytes"),
            Archives.file("caf\udce9" + LONG, "long bytes"),
            Archives.link(TarEntry.Type.HARD_LINK, "hard", "caf\udce9" + LONG),
            Archives.link(TarEntry.Type.SYMLINK, "soft", "../caf\udce9"),
            Archives.link(TarEntry.Type.SYMLINK, "long", LONG),
            new Item(xattrs, "x"),
            new Item(numbers, ""),
            new Item(device, ""),
            Archives.file("big", "b".repeat(100_000)));
    Files.write(directory.resolve("a.tar"), archive);
  }

  @Test
  void gnuTarListsTheEntriesWithoutWarnings() throws Exception {
    String listed =
        run("tar", "--numeric-owner", "--utc", "--quoting-style=literal", "-tvf", "a.tar");
    assertThat(listed.replaceAll(" +", " "))
        .isEqualTo(
            String.join(
                "\n",
                "drw-r--r-- 0/0 0 1970-01-01 00:00 ./",
                "-rw-r--r-- 0/0 4 1970-01-01 00:00 " + LONG,
                "drw-r--r-- 0/0 0 1970-01-01 00:00 " + DEEP + "/",
                "-rw-r--r-- 0/0 4 1970-01-01 00:00 " + DEEP + "/file",
                "-rw-r--r-- 0/0 6 1970-01-01 00:00 gr\u00c3\u00bc\u00c3\u009fe",
                "-rw-r--r-- 0/0 5 1970-01-01 00:00 caf\u00e9",
                "-rw-r--r-- 0/0 10 1970-01-01 00:00 caf\u00e9" + LONG,
                "hrw-r--r-- 0/0 0 1970-01-01 00:00 hard link to caf\u00e9" + LONG,
                "lrw-r--r-- 0/0 0 1970-01-01 00:00 soft -> ../caf\u00e9",
                "lrw-r--r-- 0/0 0 1970-01-01 00:00 long -> " + LONG,
                "-rw-r--r-- 0/0 1 1970-01-01 00:00 xattrs",
                "-rws--x--x 4000000000/3000000 0 1969-12-31 23:58 numbers",
                "crw-rw-rw- 0/0 1,3 1970-01-01 00:00 null",
                "-rw-r--r-- 0/0 100000 1970-01-01 00:00 big",
                ""));
  }

  @Test
  void gnuTarExtractsTheEntries() throws Exception {
    extract("tar", "--no-same-owner", "--xattrs", "--xattrs-include=user.*", "-xf", "a.tar");
  }

  @Test
  void bsdtarExtractsTheEntries() throws Exception {
    // bsdtar warns of the names that are not UTF-8, and extracts them unchanged.
    extract("sh", "-c", "bsdtar --no-same-owner \"$@\" -xf a.tar || test $? = 1", "sh");
  }

  @Test
  void pythonReadsTheEntries() throws Exception {
    String script =
        """
        import os, sys, tarfile
        with tarfile.open('a.tar', encoding='utf-8', errors='surrogateescape') as tar:
            for m in tar:
                body = tar.extractfile(m).read(20) if m.isreg() else b''
                x = {k: v.encode('utf-8', 'surrogateescape').hex()
                     for k, v in sorted(m.pax_headers.items()) if k.startswith('SCHILY')}
                line = '|'.join(map(str, [m.name, m.linkname, m.uid, m.mtime, body, x]))
                sys.stdout.buffer.write(os.fsencode(line) + b'\\n')
        """;
    List<String> lines = run("python3", "-c", script).lines().toList();
    assertThat(lines)
        .hasSize(14)
        .contains(
            LONG + "||0|0|b'long'|{}",
            "caf\u00e9||0|0|b'bytes'|{}",
            "caf\u00e9" + LONG + "||0|0|b'long bytes'|{}",
            "hard|caf\u00e9" + LONG + "|0|0|b''|{}",
            "soft|../caf\u00e9|0|0|b''|{}",
            "xattrs||0|0|b'x'|{'SCHILY.xattr.security.capability':"
                + " '0100000200200000000000000000000000000000',"
                + " 'SCHILY.xattr.user.bytes': '610a3d00ff', 'SCHILY.xattr.user.empty': ''}");
    assertThat(lines.get(11)).matches("numbers\\|\\|4000000000\\|-100(\\.0)?\\|b''\\|\\{\\}");
  }

  /** Extracts and compares the entries that need no privileges. */
  private void extract(String... command) throws Exception {
    Path out = Files.createDirectory(directory.resolve("out"));
    Files.move(directory.resolve("a.tar"), out.resolve("a.tar"));
    List<String> words = new ArrayList<>(Arrays.asList(command));
    words.addAll(List.of("--exclude", "null", "--exclude", "./"));
    run(out, words);
    assertThat(run(out, List.of("sh", "-c", "cat caf*" + LONG + " && cat hard && readlink soft")))
        .isEqualTo("long byteslong bytes../caf\u00e9\n");
    assertThat(run(out, List.of("sh", "-c", "cat caf? " + LONG + " && cat */*/file gr*e")))
        .isEqualTo("byteslongdeepumlaut");
    assertThat(Files.size(out.resolve("big"))).isEqualTo(100_000);
    assertThat(Files.getLastModifiedTime(out.resolve("numbers")).toMillis()).isEqualTo(-100_000);
    assertThat((byte[]) Files.getAttribute(out.resolve("xattrs"), "user:bytes"))
        .containsExactly('a', '\n', '=', 0, 0xff);
  }

  private String run(String... command) throws Exception {
    return run(directory, List.of(command));
  }

  private static String run(Path in, List<String> command) throws Exception {
    Path log = Files.createTempFile(in, "out", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("PYTHONUTF8", "1");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
    String output = Files.readString(log, StandardCharsets.ISO_8859_1);
    Files.delete(log);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
