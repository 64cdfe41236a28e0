/**
 * A comment after a value. Python's configparser takes it for a part of the value, and so must the program: it can only
 * say so.
 */

/** What is wrong with such a value, in Russian, without a full stop. */
export const COMMENT_AFTER_VALUE = "после значения комментарий писать нельзя: перенесите его на отдельную строку";

/** Whether a value looks as if a comment stood after it. A password, a name or a folder may look so as well. */
export const endsWithComment = (value: string): boolean => /\s[;#]/.test(value);

/** Whether a value is nothing but a comment. A password may begin with these signs. */
export const isComment = (value: string): boolean => /^[;#]/.test(value);
