package dev.varve.core.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VerifyingInputStreamTest {
  private static final byte[] BLOB = "the blob".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.of(BLOB);

  private static InputStream verifying(byte[] bytes, long size) {
    return new VerifyingInputStream(
        new ByteArrayInputStream(bytes), new Descriptor("type", DIGEST, size), "oci:somewhere");
  }

  private static byte[] readOnce(InputStream in) throws IOException {
    byte[] bytes = new byte[8];
    assertThat(in.read(bytes)).isEqualTo(8);
    return bytes;
  }

  @Test
  void aBlobThatMatchesItsDescriptorIsRead() throws IOException {
    assertThat(verifying(BLOB, BLOB.length).readAllBytes()).isEqualTo(BLOB);
  }

  @Test
  void readsOfSingleBytesAreVerified() throws IOException {
    InputStream in = verifying(BLOB, BLOB.length);
    for (byte expected : BLOB) {
      assertThat(in.read()).isEqualTo(expected);
    }
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void skippedBytesAreVerified() throws IOException {
    InputStream in = verifying(BLOB, BLOB.length);
    assertThat(in.skip(-1)).isZero();
    assertThat(in.skip(4)).isEqualTo(4);
    assertThat(in.markSupported()).isFalse();
    assertThat(in.readAllBytes()).isEqualTo("blob".getBytes(UTF_8));
  }

  @Test
  void aBlobThatIsTooLongFailsAtOnce() {
    InputStream in = verifying(BLOB, 3);
    assertThatThrownBy(() -> in.read(new byte[8]))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "reading blob " + DIGEST + " of oci:somewhere: expected 3 bytes, got more than that");
  }

  @Test
  void aBlobThatIsTooShortFailsAtItsEnd() throws IOException {
    InputStream in = verifying(BLOB, 9);
    assertThat(readOnce(in)).isEqualTo(BLOB);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(in::read)
          .isInstanceOf(IOException.class)
          .hasMessage("reading blob " + DIGEST + " of oci:somewhere: expected 9 bytes, got only 8");
    }
  }

  @Test
  void aBlobWithAWrongDigestFailsAtItsEndOnEveryRead() throws IOException {
    byte[] other = "the Blob".getBytes(UTF_8);
    InputStream in = verifying(other, other.length);
    assertThat(readOnce(in)).isEqualTo(other);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(in::read)
          .isInstanceOf(IOException.class)
          .hasMessage(
              "reading blob "
                  + DIGEST
                  + " of oci:somewhere: the bytes are corrupt; their digest is "
                  + Digest.of(other)
                  + " (8 bytes)");
    }
  }

  @Test
  void anEmptyBlobIsVerifiedToo() {
    assertThatThrownBy(verifying(new byte[0], 0)::read)
        .hasMessageEndingWith(
            "their digest is sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                + " (0 bytes)");
  }

  @Test
  void closingClosesTheStreamBelow() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream below =
        new ByteArrayInputStream(BLOB) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    new VerifyingInputStream(below, new Descriptor("type", DIGEST, 8), "x").close();
    assertThat(closed).isTrue();
  }
}
