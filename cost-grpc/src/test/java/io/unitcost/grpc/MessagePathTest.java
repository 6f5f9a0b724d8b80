package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.unitcost.grpc.MessageView.Role;
import io.unitcost.price.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePathTest {

    private static final String TYPE = "paths.Root";

    static {
        TestProtos.register(ProtoText.file("""
                package paths;
                enum Kind { NONE = 0; AUDIO = 1; TEXT = 2; }
                message Item { Kind kind = 1; int64 n = 2; string name = 3; bytes raw = 4; }
                message Inner { uint32 u = 1; optional int32 set = 2; repeated int32 list = 3; repeated Item items = 4; }
                message Root {
                  Inner inner = 1;
                  Inner other = 2;
                  repeated Item items = 3;
                  map<string, Item> entries = 4;
                  uint64 huge = 5;
                  double d = 6;
                  string text = 7;
                  bool flag = 8;
                  Kind kind = 9;
                  repeated string words = 10;
                  fixed32 f = 11;
                }
                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "nothing",
            value = {
                // absent is not zero; a field that is there is
                "inner.u;                       '';                                     nothing",
                "inner.u;                       inner {};                               0",
                "inner.u;                       inner { u: 5 };                         5",
                "inner.set;                     inner {};                               nothing",
                "inner.set;                     inner { set: 0 };                       0",
                "inner.set;                     inner { set: -3 };                      -3",
                // unsigned numbers do not turn negative
                "inner.u;                       inner { u: 4294967295 };                4294967295",
                "f;                             f: 3000000000;                          3000000000",
                // beyond a long they do, and are no counts
                "huge;                          huge: 9223372036854775807;              9223372036854775807",
                "huge;                          huge: 9223372036854775808;              -9223372036854775807",
                "d;                             d: 12;                                  12",
                "d;                             d: 12.5;                                nothing",
                "text;                          text: '42';                             42",
                "text;                          text: 'a lot';                          nothing",
                "flag;                          flag: true;                             1",
                "kind;                          kind: TEXT;                             2",
                // the first that is there, the sum of what is there
                "inner.u|other.u;               other { u: 7 };                         7",
                "inner.u | other.u;             inner {} other { u: 7 };                0",
                "inner.u + other.u;             inner { u: 3 } other { u: 7 };          10",
                "inner.u + other.u;             other { u: 7 };                         7",
                "inner.set | other.u + d;       other { u: 7 } d: 1;                    8",
                // elements
                "items[*].n;                    '';                                     nothing",
                "items[*].n;                    items { n: 3 } items { n: 7 };          10",
                "items[1].n;                    items { n: 3 } items { n: 7 };          7",
                "items[2].n;                    items { n: 3 } items { n: 7 };          nothing",
                "inner.list[*];                 inner { list: [3, 7] };                 10",
                "inner.list[0];                 inner { list: [3, 7] };                 3",
                "inner.list.size();             inner { list: [3, 7] };                 2",
                "inner.list.size();             inner {};                               0",
                "inner.list.size();             '';                                     nothing",
                "words.size();                  words: ['a', 'b'];                      2",
                "items[kind=AUDIO].n;           items { kind: TEXT n: 3 } items { kind: AUDIO n: 7 } items { kind: AUDIO n: 1 }; 8",
                "items[kind=AUDIO].n;           items { kind: TEXT n: 3 };              nothing",
                "items[name=some one].n;        items { name: 'some one' n: 7 };        7",
                "items[n=3].kind;               items { n: 3 kind: TEXT };              2",
                "inner.items[kind=TEXT].n;      inner { items { kind: TEXT n: 7 } };    7",
                "entries[key=k].value.n;        entries { key: 'k' value { n: 7 } } entries { key: 'l' value { n: 1 } }; 7",
                "entries[key=k].value.n;        entries { key: 'l' value { n: 1 } };    nothing",
                // comparisons, and messages that are there
                "kind=AUDIO;                    kind: AUDIO;                            1",
                "kind=AUDIO;                    kind: TEXT;                             0",
                "inner.u=5;                     inner { u: 5 };                         1",
                "items[*].kind=AUDIO;           items { kind: AUDIO } items { kind: TEXT } items { kind: AUDIO }; 2",
                "words[*]=b;                    words: ['a', 'b'];                      1",
                "inner;                         inner {};                               1",
                "inner;                         '';                                     nothing",
                "items[*];                      items {} items {};                      2",
                // what is not there in this version
                "inner.later?;                  inner { u: 5 };                         nothing",
                "inner.later? | inner.u;        inner { u: 5 };                         5",
                "later?[*].n + inner.u;         inner { u: 5 };                         5",
                "later?.size();                 inner { u: 5 };                         nothing"
            })
    void aPathReadsWhatIsThere(String path, String message, Long expected) {
        MessageView view = view(path, TestProtos.message(TYPE, message));
        assertThat(view.number(Role.COST)).isEqualTo(Objects.requireNonNullElse(expected, ChoiceCounts.ABSENT));
        if (!path.contains("+")) {
            assertThat(view.count(0)).isEqualTo(view.number(Role.COST));
        }
        assertThat(view.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "flag;                  '';                                             0",
                "flag;                  flag: true;                                     1",
                "text;                  text: 'stop';                                   1",
                "text;                  '';                                             0",
                "d;                     d: 0;                                           0",
                "kind;                  kind: AUDIO;                                    1",
                "items[*].kind;         items { kind: AUDIO } items {} items { kind: TEXT }; 2",
                "items[*].raw;          items { raw: 'x' } items {};                    1",
                "inner | other;         other {};                                       1",
                "inner.set | flag;      inner { set: 0 } flag: true;                    1",
                "words[*];              words: ['', 'b', 'c'];                          2",
                "words[1];              words: ['', 'b', 'c'];                          1",
                "inner.list.size();     inner {};                                       0",
                "inner.list.size();     inner { list: 0 };                              1"
            })
    void aPathSaysHowOftenItIsTrue(String path, String message, int expected) {
        assertThat(view(path, TestProtos.message(TYPE, message)).truths(Role.COST))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "text;                      text: 'a';                                          a",
                "text | words[*];           words: ['', 'b', 'c'];                              b c",
                "text + words[*];           text: 'a' words: ['b', 'c'];                        a b c",
                "items[*].name;             items { name: 'a' } items {} items { name: 'b' };   a b",
                "items[kind=TEXT].name;     items { name: 'a' } items { kind: TEXT name: 'b' }; b",
                "kind;                      kind: AUDIO;                                        AUDIO",
                "inner.u;                   inner { u: 4294967295 };                            4294967295",
                "items[0].raw;              items { raw: 'bytes' };                             ''",
                "inner;                     inner { u: 1 };                                     ''"
            })
    void aPathReadsTexts(String path, String message, String expected) {
        MessageView view = view(path, TestProtos.message(TYPE, message));
        List<String> texts = new ArrayList<>();
        assertThat(view.texts(Role.COST, text -> {
                    texts.add(text);
                    return false;
                }))
                .isFalse();
        assertThat(String.join(" ", texts)).isEqualTo(expected);
        assertThat(view.text(Role.COST)).isEqualTo(texts.isEmpty() ? null : texts.get(0));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ';',
            value = {
                "\"\";                        0; a field name is missing",
                "a..b;                      2; a field name is missing",
                "a.;                        2; a field name is missing",
                "a|;                        2; a field name is missing",
                "a +;                       3; a field name is missing",
                "9a;                        0; a field name is missing",
                "a b;                       2; 'b' is not expected here",
                "a]; 1; ']' is not expected here",
                "a[;                        2; a field name is missing",
                "a[*;                       3; ']' is missing",
                "a[1;                       3; ']' is missing",
                "a[1234567];                2; the index is too large",
                "a[b];                      3; '=' is missing",
                "a[b=];                     4; a value is missing",
                "a.size(;                   7; ')' is missing",
                "size();                    0; 'size()' means nothing here",
                "a[*].size();               5; 'size()' means nothing here",
                "a.count();                 2; 'count()' means nothing here",
                "a.size().b;                9; nothing can follow here",
                "tensor();                  7; the name of a tensor is missing",
                "tensor(a;                  8; ')' is missing",
                "tensor(a).b;               10; nothing can follow here",
                "a=;                        2; a value is missing"
            })
    void aPathOfAnotherFormIsRefused_withItsPositionAndTheWayOut(String path, int position, String what) {
        assertThatThrownBy(() -> GrpcUsage.builder("a.B/C").count(Unit.INPUT_TOKENS, path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("count: path '" + path + "', position " + position + ": " + what)
                .hasMessageContaining("; ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nowhere",
                "inner.nowhere",
                "text.more",
                "inner.list",
                "items.n",
                "inner[*].u",
                "text[0]",
                "inner.size()",
                "words[key=a]",
                "items[nowhere=a].n",
                "tensor(a)",
                "inner=5",
                "nowhere | inner.nowhere"
            })
    void aPathThatDoesNotFitSaysNothing_andIsToldOnce(String path) {
        MessagePaths paths = paths(path);
        Message message = TestProtos.message(TYPE, "inner { u: 5 list: 1 } text: 'a' items { n: 1 }");
        MessageView view = Objects.requireNonNull(paths.view(message));
        assertThat(view.count(0)).isEqualTo(ChoiceCounts.ABSENT);
        assertThat(view.truths(Role.COST)).isZero();
        assertThat(view.text(Role.COST)).isNull();
        assertThat(view.problems()).hasSize(2).allSatisfy(problem -> assertThat(problem)
                .startsWith("paths.Root: path '" + path + "' says nothing: "));
        assertThat(Objects.requireNonNull(paths.view(message)).problems()).isEmpty();
    }

    @Test
    void aViewKnowsOnlyItsType_andForgetsTheMessage() {
        MessageView view = view("inner.u", TestProtos.message(TYPE, "inner { u: 5 }"));
        assertThat(view.load(TestProtos.message("paths.Inner", "u: 1"))).isFalse();
        assertThat(view.load("text")).isFalse();
        assertThat(view.load(TestProtos.message(TYPE, "inner { u: 6 }"))).isTrue();
        assertThat(view.count(0)).isEqualTo(6);
        view.clear();
        assertThat(view.count(0)).isEqualTo(ChoiceCounts.ABSENT);
    }

    @Test
    void typesThatAreMadeUpAsTheyGoDoNotPileUp() {
        MessagePaths paths = paths("n");
        for (int i = 0; i < 1_000; i++) {
            var type = ProtoText.file("package made" + i + "; message M { int32 n = 1; }")
                    .findMessageTypeByName("M");
            DynamicMessage message = DynamicMessage.newBuilder(type)
                    .setField(type.findFieldByName("n"), i)
                    .build();
            assertThat(Objects.requireNonNull(paths.view(message)).count(0)).isEqualTo(i);
            assertThat(paths.types()).isBetween(1, 64);
        }
    }

    private static MessageView view(String path, Message message) {
        return Objects.requireNonNull(paths(path).view(message));
    }

    private static MessagePaths paths(String path) {
        MessagePaths.Draft draft = new MessagePaths.Draft();
        draft.role(Role.COST, MessagePath.parse("cost", path));
        draft.count("count", Unit.OUTPUT_TOKENS, MessagePath.parse("count", path), false);
        return draft.build();
    }
}
