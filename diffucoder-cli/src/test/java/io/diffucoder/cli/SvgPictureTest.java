package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgPictureTest {
  private static Document parsed(ScriptedRun run) throws Exception {
    String svg = SvgPicture.svg(run.trace("a < b & \"c\"\u0001"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void is_well_formed_whatever_the_tokens_hold() throws Exception {
    Document svg = parsed(ScriptedRun.of("<&>", "\u0000\033", "]]>", "\n", "漢"));

    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
        .contains("a < b & \"c\"");
  }

  @Test
  void shows_four_stages_from_masks_alone_to_the_text() throws Exception {
    Document svg = parsed(ScriptedRun.of("def", " f", "()", ":\n", "  pass", "<|im_end|>"));

    NodeList stages = svg.getElementsByTagName("g");
    assertThat(stages.getLength()).isEqualTo(4);
    assertThat(stages.item(0).getTextContent()).contains("masks alone").doesNotContain("def");
    assertThat(stages.item(1).getTextContent()).contains("step 1 of 6", "def").doesNotContain("()");
    assertThat(stages.item(3).getTextContent()).contains("step 6 of 6", "def", "pass");
  }

  @Test
  void tokens_stand_where_they_end_up_up_to_the_first_control_token() {
    TokenLayout layout = TokenLayout.of(new String[] {"a\n", "\tb", "c\nd", "<|im_end|>", "e"});

    assertThat(layout.pieces())
        .containsExactly(
            new TokenLayout.Piece(0, 0, 0, 1, "a"),
            new TokenLayout.Piece(1, 1, 0, 5, "    b"),
            new TokenLayout.Piece(2, 1, 5, 1, "c"),
            new TokenLayout.Piece(2, 2, 0, 1, "d"));
    assertThat(layout.lines()).isEqualTo(3);
    assertThat(layout.columns()).isEqualTo(6);
  }
}
