using System.Text;
using Catena.Core.Commands;

namespace Catena.Core.Tests.Commands;

public sealed class LongDoubleTests
{
    // What a Redis 7.0.15 on x86-64 stored after INCRBYFLOAT of each number in turn, beginning with an absent key.
    [Theory]
    [InlineData("5.0e3", "5000")]
    [InlineData("10.5 0.1", "10.6")]
    [InlineData("3 1.1", "4.1")]
    [InlineData("0.1 0.2", "0.3")]
    [InlineData("1e20 1", "100000000000000000000")]
    [InlineData("1e-17", "0.00000000000000001")]
    [InlineData("1e-18", "0")]
    [InlineData("-0", "0")]
    [InlineData("1.5e-10 0", "0.00000000015")]
    [InlineData("0x1.8p1", "3")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("+3", "3")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("123456789012345678901234567890", "123456789012345678899921813504")]
    [InlineData("9007199254740993 0.5", "9007199254740993.5")]
    [InlineData("1e19 0.1", "10000000000000000000")]
    [InlineData("0e-99999", "0")]
    [InlineData("100.99999999999999999999", "101")]
    [InlineData("0x.8", "0.5")]
    [InlineData("0X1P-2", "0.25")]
    [InlineData("1e-4940", "0")]
    [InlineData("-1.5 1.5", "0")]
    [InlineData("-0.1 0.05", "-0.05")]
    [InlineData("18446744073709551615 1", "18446744073709551616")]
    [InlineData("18446744073709551616 1", "18446744073709551616")]
    [InlineData("1e4900 -1e4900", "0")]
    [InlineData("1111111111111111111111111111111111111111.5e-30", "1111111111.11111111112404615")]
    [InlineData("0.000000000000000005", "0")]
    [InlineData("0.000000000000000015", "0.00000000000000002")]
    [InlineData("2.5e-17", "0.00000000000000002")]
    [InlineData("-2.5e-18", "0")]
    [InlineData("555640.759329574455 -941615722220971 -773.5880706937113", "-941615721666103.8287353515625")]
    [InlineData("-2.38484166e-14 -973.7716208221956 -183.6978900509721", "-1157.46951087316772389")]
    [InlineData("832.6907436171039 5.238509e-16 235.85236992616228", "1068.54311354326618044")]
    [InlineData("-7.35518e-20 547.1874060553484 744.8155308736038", "1292.00293692895219999")]
    [InlineData("-342226.9046668 -636.6626629087925 933.1286246343909", "-341930.43870507440161077")]
    [InlineData("-9.5685958324e+06 871.5853116765902 -863393.79899749039", "-10431118.04608581380034593")]
    [InlineData("-51424100569 8195.65218104454 -6.47759839043007519879258e-04", "-51424092373.34846671670675278")]
    [InlineData("8655164080872 -2.472691747767e-20 4.16e+19", "41600008655164080872")]
    [InlineData("-761.95888585245 859.3106391950423 2.499202422490e+12", "2499202422587.35175323486328125")]
    [InlineData("626557.664010997979732 802909.4452298729 83797181673", "83798611140.10924086719751358")]
    [InlineData("925368.44559 938182.360230744440839788 -357913.837574", "1505636.96824674444076209")]
    [InlineData("8575776366 440.2576394163393 -726369527515723828", "-726369518939947021.75")]
    [InlineData("732867.489266673 -8.88586e+20 -6269937561481922", "-888592269937560749056")]
    [InlineData("962.6009722302022 260.7985868527892 -6.6236e+03", "-5400.20044091700860012")]
    [InlineData("-882.4587636480645 -7.1759518306e+19 952.0151394932618", "-71759518305999999932")]
    [InlineData("3.7767809226371369e+00 -4.179547657e+05 -774.8793009370456", "-418725.86822001440847885")]
    [InlineData("253.92994190967806 -6.39759405119e+11 80408.579717174462844869", "-639759324456.4903409481048584")]
    [InlineData("-867652.647228364727 765496350025 751609.5293567447322619", "765496233981.88212835788726807")]
    [InlineData("362503.608867 279028534722253200 408537.497076952", "279028534723024241.109375")]
    [InlineData("712701.97081489329384811 -270434.691557462 547336.24274480329954", "989603.52200223459340123")]
    [InlineData("9.130329539528e+13 58.680161538791936 -602.6936048772891", "91303295394735.9865570068359375")]
    [InlineData("965831.3095354654882825 2.4747418692e+20 510818.3", "247474186920001476640")]
    [InlineData("172.89643646878608 -561.9236713797279 261.73032400700936", "-127.29691090393245995")]
    [InlineData("-9024646574945322 -778.3423316873486 -34.67626581549507", "-9024646574946135.0185546875")]
    [InlineData("328179682602436 -3100716169941814020 3900351984190", "-3100384089907227394")]
    [InlineData("3.7771e+15 -924373.347470308649896261 391270778427997495", "395047878427073121.65625")]
    [InlineData("-262604.54932 2.8459308353641113172e+03 -6.86449e+04", "-328403.51848463588868299")]
    [InlineData("9.3599384e+18 -882395833339 186593.39488953954908744315", "9359937517604353254")]
    [InlineData("-1.36632413019532e-06 -4.0850446039e+24 9.2227819345839e-10", "-4085044603900000000016384")]
    [InlineData("554044.6426583201 -3.6e-01 -7.1341716533e-19", "554044.28265832009998348")]
    [InlineData("-954991778836975 653.6106078682669 305655634528818277", "304700642749981955.625")]
    [InlineData("870.5062638860643 5147230393451780 32352.82542380763946640046", "5147230393485003.33154296875")]
    [InlineData("39402 118826.41289975285 -232406189173855", "-232406189015626.58709716796875")]
    [InlineData("-927.1421730095724 160203.999731409696512 -970.8789672006588", "158305.97859119946529916")]
    [InlineData("1.51283572450538293717e+25 -4.8560553910350e+22 797.7943464584439", "15079796691143479371235328")]
    [InlineData("-8.6789144123121902185054006e-20 -4.2727783846267204285e+10 -700770.501651", "-42728484616.76885528489947319")]
    [InlineData("7.58895300854e+06 35862625 -659", "43450919.0085399999989022")]
    [InlineData("9.967e+24 -7.53e-13 229.11101051773744", "9967000000000000000000000")]
    [InlineData("1880968556 221.2238786412188 -8.655441e-07", "1880968777.22387777571566403")]
    [InlineData("-562813257469943210 -386782467 -2406455004590", "-562815664311730267")]
    public void Increments_give_the_bytes_that_Redis_stores(string increments, string expected)
    {
        var value = "0";
        foreach (var increment in increments.Split(' '))
        {
            Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(value), out var left));
            Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(increment), out var right));
            value = Encoding.ASCII.GetString(LongDouble.Add(left, right).ToUtf8());
        }

        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("abc")]
    [InlineData("nan")]
    [InlineData("0x")]
    [InlineData("0x.")]
    [InlineData("0x1p")]
    [InlineData(".")]
    [InlineData("+-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.2.3")]
    [InlineData("1e5000")]
    [InlineData("1e4933")]
    [InlineData("-1e999999999999")]
    [InlineData("1e-4951")]
    [InlineData("1e-999999999999")]
    [InlineData("0x1p16384")]
    [InlineData("0x1p-99999")]
    public void What_is_no_float_for_Redis_is_refused(string text) => Assert.False(LongDouble.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void A_float_has_fewer_than_5120_bytes()
    {
        Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(new string('0', 5118) + "1"), out _));
        Assert.False(LongDouble.TryParse(Encoding.ASCII.GetBytes(new string('0', 5119) + "1"), out _));
    }

    [Theory]
    [InlineData("inf", "1")]
    [InlineData("1", "-INF")]
    [InlineData("infinity", "-infinity")]
    [InlineData("1.1e4932", "1.1e4932")]
    public void A_sum_beyond_the_format_is_infinite(string left, string right)
    {
        Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(left), out var first));
        Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(right), out var second));
        Assert.True(LongDouble.Add(first, second).IsInfinite);
    }

    [Fact]
    public void The_largest_numbers_print_all_their_digits()
    {
        Assert.True(LongDouble.TryParse("1e4932"u8, out var value));
        var text = Encoding.ASCII.GetString(value.ToUtf8());
        Assert.Equal(4933, text.Length);
        Assert.StartsWith("1000000000000000000006018949387963891323837774254533114773785041352533019", text);
    }
}
