/* tests/floors/nothing.c - a program of no use, but for what is linked to it. */
int main(void)
{
    return 0;
}
