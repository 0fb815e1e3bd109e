package dev.varve.core.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LosslessUtf8Test {
  @Property
  void anyBytesSurviveARoundTrip(@ForAll byte[] bytes) {
    assertThat(LosslessUtf8.encode(LosslessUtf8.decode(bytes))).isEqualTo(bytes);
  }

  /** Arbitrary bytes seldom form nearly valid sequences. */
  @Property
  void nearlyValidSequencesSurviveARoundTrip(
      @ForAll @ByteRange(min = (byte) 0xC0, max = (byte) 0xF8) byte lead,
      @ForAll @ByteRange(min = (byte) 0x80, max = (byte) 0xBF) byte second,
      @ForAll @ByteRange(min = (byte) 0x80, max = (byte) 0xBF) byte third,
      @ForAll byte fourth,
      @ForAll byte fifth) {
    byte[] bytes = {lead, second, third, fourth, fifth};
    assertThat(LosslessUtf8.encode(LosslessUtf8.decode(bytes))).isEqualTo(bytes);
  }

  @Property
  void validTextIsEncodedAsUtf8(@ForAll String text) {
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    byte[] utf8 = valid.getBytes(StandardCharsets.UTF_8);
    assertThat(LosslessUtf8.decode(utf8)).isEqualTo(valid);
    assertThat(LosslessUtf8.encode(valid)).isEqualTo(utf8);
  }

  @ParameterizedTest
  @CsvSource({
    "636166e9, caf\uDCE9", // Latin-1
    "c3a9ff, é\uDCFF",
    "eda080, \uDCED\uDCA0\uDC80", // a surrogate, which UTF-8 does not encode
    "c080, \uDCC0\uDC80", // an overlong NUL
    "f09f9880f09f98, \uD83D\uDE00\uDCF0\uDC9F\uDC98", // an emoji, and one cut off
    "e241, \uDCE2A"
  })
  void aByteThatIsNotUtf8IsALoneSurrogate(String hex, String text) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(LosslessUtf8.decode(bytes)).isEqualTo(text);
    assertThat(LosslessUtf8.encode(text)).isEqualTo(bytes);
  }

  @Test
  void aPartOfAnArrayIsDecoded() {
    byte[] bytes = {'a', (byte) 0xFF, 'b', (byte) 0xFE};
    assertThat(LosslessUtf8.decode(bytes, 1, 2)).isEqualTo("\uDCFFb");
  }

  @ParameterizedTest
  @CsvSource({"a\uD800", "\uDC7F", "\uDD00", "\uDCE9\uD800"})
  void aSurrogateThatIsNoEscapeIsRefused(String text) {
    assertThatThrownBy(() -> LosslessUtf8.encode(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("unpaired surrogate in \"" + text + "\"");
  }
}
