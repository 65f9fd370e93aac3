package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

/** Reads the arguments of one kind of instruction. */
@FunctionalInterface
interface InstructionParser {
    Instruction parse(Source source);

    /**
     * What a parser is given.
     *
     * @param file as the user named it
     * @param escape the escape character in force
     */
    record Source(String file, char escape, LogicalLine instruction) {

        int line() {
            return instruction.line();
        }

        String text() {
            return instruction.text().trim();
        }

        String keyword() {
            return instruction.keyword();
        }

        String rest() {
            return instruction.rest();
        }

        Place place() {
            return new Place(file, instruction.line());
        }

        /** The arguments where the instruction knows no options. */
        String plain() {
            return Flags.of(place(), rest())
                    .allowing(java.util.Set.of(), java.util.Set.of())
                    .rest();
        }

        String required(String arguments, String example) {
            if (arguments.isEmpty()) {
                throw place().refused(keyword() + " has no argument", "Write for example " + example);
            }
            return arguments;
        }
    }
}
